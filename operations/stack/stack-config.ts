import { readFileSync } from "node:fs";

import { load } from "js-yaml";
import { z } from "zod";

import { checkedConfig, type PlatformConfig } from "../../stacks/config.ts";

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });
const secret = z.strictObject({ secure: z.string() });

/**
 * Stands for each secret. Nobody sees here what form a secret has, so it has all that a rule asks of any: it is the URI of a
 * connection, and says of itself that it is a key.
 */
export const anySecret = "secret://-----BEGIN PRIVATE KEY-----";

/**
 * A stack's config, from its file, checked as a deployment checks it. What is read here depends on no secret.
 *
 * @throws when there is no such file, and with every problem of its config.
 */
export function stackConfig(stack: string, file: string): PlatformConfig {
    const sections = Object.entries(parsedFile(stack, file)).flatMap(([key, value]): [string, unknown][] => {
        const [project, name] = key.split(":");
        return project === "airflow-linkerd" && name !== undefined ? [[name, value]] : [];
    });
    const hidden = new Set<string>();
    const open = sections.map(([name, value]): [string, string] => {
        if (secret.safeParse(value).success) {
            throw new Error(
                `airflow-linkerd:${name} in ${file} is encrypted as a whole, and must be read. Encrypt only the secrets in ` +
                    "it: pulumi config set --secret --path.",
            );
        }
        const text = JSON.stringify(value, (_key, each: unknown) => {
            if (!secret.safeParse(each).success) {
                return each;
            }
            hidden.add(name);
            return anySecret;
        });
        return [name, text];
    });
    return checkedConfig({
        stack,
        values: Object.fromEntries(open),
        secretKeys: hidden,
        written: Object.fromEntries(sections),
    });
}

function parsedFile(stack: string, file: string): Readonly<Record<string, unknown>> {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            throw new Error(
                `stack ${stack} has no file ${file}: name the stack with --stack, or its file with --config-file`,
            );
        }
        throw error;
    }
    const parsed = stackFile.safeParse(load(text));
    if (parsed.data === undefined) {
        throw new Error(`${file} has no map "config": is it a stack's file, as Pulumi writes it?`);
    }
    return parsed.data.config;
}
