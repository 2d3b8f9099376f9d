import * as pulumi from "@pulumi/pulumi";

import {
    type AirflowSizes,
    type ComponentSize,
    replicas,
    sizedComponents,
} from "../../components/airflow/airflow-sizes.ts";
import { type DagBundle, DagBundleKind } from "../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../components/airflow/dags/git-credentials.ts";
import { secretsPathProblem } from "../../components/airflow/secrets-backend/secrets-manager.ts";
import { checkedDatabase } from "./database-rules.ts";
import { type Refuse, type Report } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";
import { checkedTaskLogs } from "./task-logs-rules.ts";

type ParsedAirflow = ParsedConfig["airflow"];

export function checkedAirflow(airflow: ParsedAirflow, stack: string, refuse: Refuse, report: Report) {
    const { hostname, url, ...rest } = airflow;
    if (hostname !== undefined && url !== undefined) {
        refuse(
            ["url"],
            url,
            "hostname gives an address already. Leave one of the two out: url when it is https:// and that host name.",
        );
    }
    return {
        ...rest,
        ...checkedKeys(airflow, refuse),
        url: url ?? (hostname === undefined ? undefined : `https://${hostname}`),
        database: checkedDatabase(airflow.database, stack, refuse, report),
        logs: checkedTaskLogs(airflow.logs, stack, refuse, report),
        secrets: checkedSecrets(airflow.secrets, report),
    };
}

/** What the schema cannot see, because it lies between two keys. */
function checkedKeys(airflow: ParsedAirflow, refuse: Refuse) {
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

export function checkedSecrets(secrets: ParsedAirflow["secrets"], report: Report) {
    for (const key of ["platformPath", "tasksPath"] as const) {
        const path = secrets?.[key];
        const problem = path === undefined ? undefined : secretsPathProblem(`airflow.secrets.${key}`, path);
        report(problem === undefined ? [] : [problem]);
    }
    return secrets;
}
