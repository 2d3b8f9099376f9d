import type * as pulumi from "@pulumi/pulumi";

import { configVariable, readByTasks } from "./airflow-config.ts";
import { type DeclaredLookups, lookupVariables } from "./declared-lookups.ts";

/** Options of airflow.cfg that are secrets, by section. */
export type SecretConfig = Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;

/** Those options by the names of their variables. */
export function optionVariables(config: SecretConfig): Record<string, pulumi.Input<string>> {
    return Object.fromEntries(
        Object.entries(config).flatMap(([section, options]) =>
            Object.entries(options).map(([option, value]) => [configVariable(section, option), value] as const),
        ),
    );
}

/** What every task reads from the Secret of its namespace: whoever writes DAGs can read it too. */
export function taskEnvironment(config: SecretConfig, lookups: DeclaredLookups): Record<string, pulumi.Input<string>> {
    const read = Object.entries(config).filter(([section]) => readByTasks(section));
    return { ...optionVariables(Object.fromEntries(read)), ...lookupVariables(lookups) };
}
