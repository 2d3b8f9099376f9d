import { DecidedBy, type Port, Protocol, type Workload } from "../../connection.ts";
import { postgresPort } from "../database/postgres-pod.ts";
import { postgresService } from "../database/postgres-server.ts";
import { chart, databaseAdminAccount, namespaceName, releaseName, teamLogins } from "../names.ts";

/** The pods of one part of Airflow, as the chart and our Jobs label them. */
function part(component: string, serviceAccount: string, namespace = namespaceName): Workload {
    const labels = { tier: "airflow", component, release: releaseName };
    return { kind: "workload", name: component, namespace, serviceAccount, labels };
}

export const apiServer = part("api-server", chart.apiServerAccount);
export const scheduler = part("scheduler", chart.schedulerAccount);
export const dagProcessor = part("dag-processor", `${releaseName}-dag-processor`);
export const triggerer = part("triggerer", chart.triggererAccount);
export const pgbouncer = part("pgbouncer", `${releaseName}-pgbouncer`);

/** The server that a development stack has in the cluster. */
export const postgresql = part("postgresql", postgresService);

/** Tasks that run in one namespace under one account. */
export function tasks(namespace: string, serviceAccount: string): Workload {
    return part("worker", serviceAccount, namespace);
}

/** A team's own DAG processor, in the team's namespace. */
export function teamDagProcessor(namespace: string, serviceAccount: string): Workload {
    return part("dag-processor", serviceAccount, namespace);
}

/** A team's own triggerer, in the team's namespace. */
export function teamTriggerer(namespace: string, serviceAccount: string): Workload {
    return part("triggerer", serviceAccount, namespace);
}

export const migration = part("run-airflow-migrations", chart.migrationAccount);
export const teamRights = part(teamLogins.job, teamLogins.account);
export const databaseRole = part("database-role", databaseAdminAccount);
export const fernetCheck = part("check-fernet-keys", "airflow-check-fernet-keys");
export const fernetRotation = part("rotate-fernet-key", "airflow-rotate-fernet-key");
export const poolImport = part("import-pools", "airflow-import-pools");
export const databaseCleanup = part("database-cleanup", "airflow-database-cleanup");
export const podCleanup = part("airflow-cleanup-pods", "airflow-cleanup");
export const proxyCheck = part("check-proxies", "airflow-check-proxies");

export const ports = {
    apiServer: {
        number: chart.apiServerPort,
        protocol: Protocol.http,
        service: { name: chart.apiServerService, port: chart.apiServerPort },
    },
    /** Airflow's reader of trigger logs knows no other. */
    triggererLogs: {
        number: 8794,
        protocol: Protocol.http,
        service: { name: `${releaseName}-triggerer`, port: 8794 },
    },
    pgbouncer: {
        number: chart.pgbouncerPort,
        protocol: Protocol.opaque,
        service: { name: chart.pgbouncerService, port: chart.pgbouncerPort },
    },
    postgresql: {
        number: postgresPort,
        protocol: Protocol.opaque,
        decidedBy: DecidedBy.rows,
        service: { name: postgresService, port: postgresPort },
    },
} as const satisfies Record<string, Port>;
