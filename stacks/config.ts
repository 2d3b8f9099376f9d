import * as pulumi from "@pulumi/pulumi";

import { checkedAirflow } from "./config/airflow-rules.ts";
import { checkAws, checkedTags } from "./config/aws-rules.ts";
import { checkedCharts } from "./config/charts-rules.ts";
import { checkedCluster } from "./config/cluster-rules.ts";
import { type CheckedLogin, checkedLogin } from "./config/login-rules.ts";
import { issueProblems, plainSecrets, problem, type Refuse, type Report, unknownKey } from "./config/problems.ts";
import { configSchema, type ParsedConfig } from "./config/schema.ts";
import { checkedTrust } from "./config/trust-rules.ts";

/** A stack's config as Pulumi hands it over. */
export interface StackConfig {
    /** The stack's short name, such as `dev`. */
    readonly stack: string;
    /** Values by key, without the project's name before it. Maps and lists are JSON. */
    readonly values: Readonly<Record<string, string>>;
    /** The keys under which something is encrypted. */
    readonly secretKeys: ReadonlySet<string>;
}

/** Everything that a stack says, checked, with defaults filled in. */
export type PlatformConfig = ReturnType<typeof checkedConfig>;

/** Reads the config of the running stack. Throws one error with everything that is wrong in it. */
export function readConfig(): PlatformConfig {
    const prefix = `${pulumi.getProject()}:`;
    const values = Object.entries(pulumi.runtime.allConfig())
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value] as const);
    // The SDK's own readers ask it, but its typings leave it out.
    const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
    return checkedConfig({
        stack: pulumi.getStack(),
        values: Object.fromEntries(values),
        secretKeys: new Set(values.map(([key]) => key).filter((key) => isConfigSecret(prefix + key))),
    });
}

/** Checks a stack's config, and everything on the machine that it names. */
export function checkedConfig({ stack, values, secretKeys }: StackConfig) {
    const problems: string[] = [];
    const sections = Object.keys(configSchema.shape);

    for (const key of Object.keys(values).filter((given) => !sections.includes(given))) {
        problems.push(unknownKey([key], sections));
    }

    const section = <Key extends keyof ParsedConfig, Checked>(
        key: Key,
        check: (parsed: ParsedConfig[Key], refuse: Refuse, report: Report) => Checked | undefined,
    ): Checked => {
        const secret = secretKeys.has(key);
        const value = fromJson(values[key]);
        if (!secret) {
            problems.push(...plainSecrets([key], value));
        }
        const result = configSchema.shape[key].safeParse(value);
        if (!result.success) {
            problems.push(...issueProblems(key, value, result.error.issues, secret));
        }
        const checked = result.success
            ? check(
                  result.data as ParsedConfig[Key],
                  (path, at, text) => {
                      problems.push(problem([key, ...path], at, text, secret));
                  },
                  (lines) => {
                      problems.push(...lines.map((line) => `airflow-linkerd:${line}`));
                  },
              )
            : undefined;
        // What is undefined here has left a problem behind, and never leaves this function.
        return checked as Checked;
    };

    const config = {
        cluster: section("cluster", checkedCluster),
        charts: section("charts", checkedCharts),
        trust: section("trust", checkedTrust),
        mesh: section("mesh", (mesh) => mesh),
        airflow: section("airflow", (airflow, ...told) => checkedAirflow(airflow, stack, ...told)),
        allowReplace: section("allowReplace", (allowReplace) => allowReplace),
        tags: section("tags", checkedTags),
        // Undefined in a stack without a provider.
        login: section<"login", CheckedLogin | undefined>("login", checkedLogin),
    } as const;

    // Each section is whole now, or has left a problem behind.
    if (problems.length === 0) {
        checkAws(config, (path, at, text) => {
            problems.push(problem(path, at, text, false));
        });
    }
    if (problems.length > 0) {
        const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
        throw new pulumi.RunError(
            `Pulumi.${stack}.yaml has ${count}. Nothing was changed.\n${problems.map((text) => `  - ${text}`).join("\n")}`,
        );
    }
    return config;
}

/** Pulumi hands over maps, lists, numbers and booleans as JSON, and text as it is. */
function fromJson(text: string | undefined): unknown {
    if (text === undefined) {
        return undefined;
    }
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
