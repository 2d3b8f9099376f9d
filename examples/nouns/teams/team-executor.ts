import { type AirflowNamespace, TeamExecutor } from "../../../components/index.ts";

/** Runs each task of the bundle `analytics` as team analytics. Airflow takes the result's `chartValues`. */
export function teamExecutor({ namespace }: AirflowNamespace): TeamExecutor {
    return new TeamExecutor("team-executor", {
        namespace,
        teams: [
            {
                team: { name: "analytics", owners: ["analytics@example.com"] },
                bundles: ["analytics"],
                parts: { env: [], volumes: [], volumeMounts: [] },
                isolated: false,
            },
        ],
    });
}
