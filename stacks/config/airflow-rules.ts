import * as pulumi from "@pulumi/pulumi";

import {
    type AirflowSizes,
    type ComponentSize,
    replicas,
    sizedComponents,
} from "../../components/airflow/airflow-sizes.ts";
import { type DagBundle, DagBundleKind } from "../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../components/airflow/dags/git-credentials.ts";
import { type Refuse } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";

type ParsedAirflow = ParsedConfig["airflow"];

/** What the schema cannot see, because it lies between two keys. */
export function checkedKeys(airflow: ParsedAirflow, refuse: Refuse) {
    checkSizes(airflow, refuse);
    checkConnections(airflow, refuse);
    checkNames("pools", airflow.pools, refuse);
    checkNames("dagBundles", airflow.dagBundles, refuse);
    checkFernet(airflow.keys.fernet, refuse);
    return { dagBundles: airflow.dagBundles.map((bundle, index) => checkedBundle(bundle, index, refuse)) };
}

function checkSizes({ sizes, highAvailability }: ParsedAirflow, refuse: Refuse) {
    for (const [part, { memory, memoryLimit }] of Object.entries(sizes) as [keyof AirflowSizes, ComponentSize][]) {
        if (memoryLimit !== undefined && mebibytes(memoryLimit) < mebibytes(memory)) {
            refuse(
                ["sizes", part, "memoryLimit"],
                memoryLimit,
                `it must be at least what is asked for, ${memory}. Raise it, or lower memory.`,
            );
        }
    }
    for (const part of sizedComponents) {
        if (highAvailability && sizes[part].replicas === 1) {
            refuse(
                ["sizes", part, "replicas"],
                1,
                "with highAvailability there must be 2, so that one is there while the other moves. Raise it, leave it " +
                    "out, or set highAvailability to false.",
            );
        }
    }
}

function checkConnections({ sizes, highAvailability, concurrency }: ParsedAirflow, refuse: Refuse) {
    const pools = replicas(sizes.pgbouncer, highAvailability);
    if (concurrency.databaseConnections < 5 * pools) {
        refuse(
            ["concurrency", "databaseConnections"],
            concurrency.databaseConnections,
            `${pools} PgBouncers share them, and each needs 5. Make it at least ${5 * pools}.`,
        );
    }
}

function checkNames(key: string, entries: readonly { readonly name: string }[], refuse: Refuse) {
    const names = entries.map(({ name }) => name);
    names.forEach((name, index) => {
        const first = names.indexOf(name);
        if (first !== index) {
            refuse([key, index, "name"], name, `${key}[${first}] has this name already. Rename one of them.`);
        }
    });
}

function checkFernet({ generations, encrypts }: ParsedAirflow["keys"]["fernet"], refuse: Refuse) {
    generations.forEach((generation, index) => {
        if (generations.indexOf(generation) !== index) {
            refuse(
                ["keys", "fernet", "generations", index],
                generation,
                "each generation may be listed once. Remove this one.",
            );
        }
    });
    if (!generations.includes(encrypts)) {
        refuse(
            ["keys", "fernet", "encrypts"],
            encrypts,
            `it must be one of keys.fernet.generations (${generations.join(", ")}), or nobody could read what it ` +
                `encrypts. Add it there, or choose one of them.`,
        );
    }
}

function checkedBundle(bundle: ParsedAirflow["dagBundles"][number], index: number, refuse: Refuse): DagBundle {
    if (bundle.kind === DagBundleKind.local) {
        return bundle;
    }
    const { credentials, ...rest } = bundle;
    if (credentials === undefined) {
        return rest;
    }
    const https = bundle.repository.startsWith("https://");
    if (https !== (credentials.kind === GitCredentialsKind.token)) {
        refuse(
            ["dagBundles", index, "credentials", "kind"],
            credentials.kind,
            https
                ? "the repository's address is https://…, which takes a token. Set it to token, or use the ssh address."
                : "the repository's address is one of ssh, which takes a key. Set it to ssh-key, or use the https address.",
        );
    }
    return {
        ...rest,
        credentials:
            credentials.kind === GitCredentialsKind.token
                ? { ...credentials, token: pulumi.secret(credentials.token) }
                : { ...credentials, privateKey: pulumi.secret(credentials.privateKey) },
    };
}

function mebibytes(memory: string): number {
    return Number.parseInt(memory, 10) * (memory.endsWith("Gi") ? 1024 : 1);
}
