import { inboundPolicy, PolicyMode, TeamNamespace } from "../../../components/index.ts";

/** Where the tasks of team analytics run. The accounts are those of Airflow's chart. */
export function teamNamespace(): TeamNamespace {
    return new TeamNamespace("team-analytics", {
        team: { name: "analytics", owners: ["analytics@example.com"] },
        platformImage: { reference: "apache/airflow:3.3.2" },
        inboundPolicy: inboundPolicy(PolicyMode.enforce),
        scheduler: { namespace: "airflow", name: "airflow-scheduler" },
        apiServer: { namespace: "airflow", name: "airflow-api-server" },
        podCleanup: { namespace: "airflow", name: "airflow-cleanup" },
    });
}
