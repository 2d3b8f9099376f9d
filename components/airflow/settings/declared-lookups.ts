import type * as pulumi from "@pulumi/pulumi";

/** Connections and variables that a stack declares for every task. Plain in number and name; each value is a secret. */
export interface DeclaredLookups {
    /** Connections by id, each a URI or JSON as `airflow connections export` writes one. */
    readonly connections: Readonly<Record<string, pulumi.Input<string>>>;
    /** Variables by key. */
    readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
}

export const noLookups: DeclaredLookups = { connections: {}, variables: {} };

/**
 * The environment in which Airflow looks for them. Only tasks have it, and the triggerer for those that wait: the API
 * server's would be given to whoever asks it by name.
 */
export function lookupVariables({ connections, variables }: DeclaredLookups): Record<string, pulumi.Input<string>> {
    return { ...named("AIRFLOW_CONN_", connections), ...named("AIRFLOW_VAR_", variables) };
}

function named(prefix: string, values: Readonly<Record<string, pulumi.Input<string>>>) {
    return Object.fromEntries(Object.entries(values).map(([id, value]) => [prefix + id.toUpperCase(), value]));
}
