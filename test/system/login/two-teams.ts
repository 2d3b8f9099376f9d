import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { teamRoles } from "../../../components/teams/access/team-roles.ts";
import { type ExecutorTeam, teamConfigMaps } from "../../../components/teams/executor/team-entries.ts";
import { executorFiles, teamsFolder } from "../../../components/teams/executor/team-executor-values.ts";
import { type RealAirflowArgs } from "./real-airflow.ts";

/** A DAG whose author gives everybody's rights away, which must not count. */
const dag = (name: string, accessControl: string) => `
from airflow.sdk import dag, task

@dag(schedule=None, access_control=${accessControl})
def ${name}():
    @task
    def one():
        return "secret of ${name}"
    one()

${name}()
`;

const nothing = { env: [], volumes: [], volumeMounts: [] };
const named = ["analytics", "billing"].map((name) => ({
    team: { name, owners: [`${name}@example.com`] },
    bundles: [name],
    parts: nothing,
    isolated: true,
}));

/** An Airflow of two teams, analytics with the DAG `insights` and billing with `invoices`, with the auth manager of teams. */
export const twoTeams = (): RealAirflowArgs => teamsWith(() => ({}));

/** The same, with machines by the team, for a login at that issuer. */
export function teamsWith(
    machines: (issuer: string) => Readonly<Record<string, ExecutorTeam["machines"]>>,
): RealAirflowArgs {
    return {
        platformRoles: ["analytics", "billing"].flatMap((name) =>
            teamRoles(name, {
                viewer: [`${name}-viewers`],
                author: [`${name}-authors`],
                operator: [`${name}-operators`],
            }),
        ),
        prepare: (root, issuer) => {
            const byTeam = machines(issuer);
            const teams = named.map((team) => ({ ...team, machines: byTeam[team.team.name] }));
            const everything = `{"can_read", "can_edit", "can_delete"}`;
            const dags = {
                analytics: dag("insights", `{"team:billing:viewer": ${everything}, "Team viewer": ${everything}}`),
                billing: dag("invoices", `{"Team operator": ${everything}}`),
            };
            for (const [name, text] of Object.entries(dags)) {
                mkdirSync(join(root, name));
                writeFileSync(join(root, name, "dag.py"), text);
            }
            const plugins = join(root, "plugins");
            mkdirSync(plugins);
            for (const [name, text] of Object.entries(executorFiles(teams))) {
                writeFileSync(join(plugins, name), text);
            }
            mkdirSync(join(plugins, teamsFolder));
            for (const [name, text] of Object.values(teamConfigMaps(teams)).flatMap(Object.entries<string>)) {
                writeFileSync(join(plugins, teamsFolder, name), text);
            }
            const bundle = (name: string) => ({
                name,
                classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
                kwargs: { path: join(root, name) },
            });
            return {
                AIRFLOW__CORE__PLUGINS_FOLDER: plugins,
                AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: JSON.stringify(Object.keys(dags).map(bundle)),
            };
        },
        // The roles that the files give rights to. Airflow refuses a file that names one that is not there.
        before: [
            ["roles", "create", "team:billing:viewer", "Team viewer", "Team operator"],
            ["dag-processor", "--num-runs", "1"],
        ],
        apiServer: {
            AIRFLOW__CORE__AUTH_MANAGER: "team_auth_manager.TeamFabAuthManager",
            // As it is where teams have triggerers of their own.
            AIRFLOW__CORE__MULTI_TEAM: "True",
        },
    };
}
