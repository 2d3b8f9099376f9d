import { readFileSync } from "node:fs";

import { load } from "js-yaml";
import { z } from "zod";

import { type ConnectionTable } from "../../components/connection.ts";
import { type PolicyMode } from "../../components/mesh/policy/objects/server.ts";
import { checkedConfig } from "../../stacks/config.ts";
import { ClusterKind } from "../../stacks/config/cluster-schema.ts";
import { connectionTable } from "../../stacks/connections.ts";

/** What an audit is held against. */
export interface StackRows {
    readonly table: ConnectionTable;
    readonly mode: PolicyMode;
    /** Whether the stack says what people come through. */
    readonly hasFrontDoor: boolean;
    /** The kubeconfig and context of a cluster that the stack did not make. */
    readonly reach: { readonly kubeconfig: string; readonly context: string } | undefined;
}

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });
const secret = z.strictObject({ secure: z.string() });

/**
 * The rows of a stack, from its file. No secret is read: the rows depend on none.
 *
 * @throws when there is no such file, and with every problem of its config.
 */
export function stackRows(stack: string, file: string): StackRows {
    const sections = Object.entries(parsedFile(stack, file)).flatMap(([key, value]): [string, unknown][] => {
        const [project, name] = key.split(":");
        return project === "airflow-linkerd" && name !== undefined ? [[name, value]] : [];
    });
    const hidden = new Set<string>();
    const open = sections.map(([name, value]): [string, string] => {
        if (secret.safeParse(value).success) {
            throw new Error(
                `airflow-linkerd:${name} in ${file} is encrypted as a whole, and rows depend on it. ` +
                    "Encrypt only the secrets in it: pulumi config set --secret --path.",
            );
        }
        const text = JSON.stringify(value, (_key, each: unknown) => {
            if (!secret.safeParse(each).success) {
                return each;
            }
            hidden.add(name);
            return "a secret";
        });
        return [name, text];
    });
    const config = checkedConfig({
        stack,
        values: Object.fromEntries(open),
        secretKeys: hidden,
        written: Object.fromEntries(sections),
    });
    return {
        table: connectionTable(config),
        mode: config.mesh.policy,
        hasFrontDoor: config.mesh.frontDoor !== undefined,
        reach: config.cluster.kind === ClusterKind.existing ? config.cluster.reach : undefined,
    };
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
