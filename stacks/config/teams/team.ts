import { type DagBundle } from "../../../components/airflow/dags/dag-bundles.ts";
import { type Statement } from "../../../components/aws/iam-statement.ts";
import { type TeamGroups } from "../../../components/teams/access/team-roles.ts";
import { type Team } from "../../../components/teams/team.ts";
import { type Call } from "../calls/call.ts";
import { bundleConfig } from "../airflow/dag-bundle-rules.ts";
import { type ConfiguredMachine, machineConfig } from "../login/machine-rules.ts";
import { type ParsedConfig } from "../schema.ts";

/** Where a team's DAG files are read and its triggers run. */
export const ParseIsolation = {
    /** In one DAG processor and one triggerer with those of other such teams, with the database's own login. */
    shared: "shared",
} as const;

/** Hosts outside the cluster that a team's tasks may call over TLS. */
export interface TeamEgress {
    /** Names, or domains such as `*.example.com`. */
    readonly hosts: readonly string[];
    readonly port: number;
    readonly reason: string;
}

/** What a team's tasks may do in AWS, by a role of the team's own. */
export interface TeamAws {
    /** What may be read, as `bucket` or `bucket/folder`, which is the folder with all below it and nothing beside it. */
    readonly read: readonly string[];
    /** What may be read, written and deleted, in the same form. */
    readonly write: readonly string[];
    /** The team's own folder of Secrets Manager, without slashes at its ends. */
    readonly secretsPath?: string;
    readonly statements: readonly Statement[];
    readonly policyArns: readonly string[];
    /** Why its statements or policies need wildcards. */
    readonly allowWildcard?: string;
}

/** A team, as one entry of a stack's `teams` says it. */
export interface ConfiguredTeam {
    readonly team: Team;
    readonly groups: TeamGroups;
    /** Programs that start runs of some of its DAGs. */
    readonly machines: readonly ConfiguredMachine[];
    /** Named after the team. */
    readonly bundle: DagBundle;
    readonly egress: readonly TeamEgress[];
    readonly calls: readonly Call[];
    /** How it relaxes what keeps teams apart. Undefined for a team whose files are read, and whose triggers run, on their own. */
    readonly isolation?: { readonly parse: typeof ParseIsolation.shared; readonly reason: string };
    /** Undefined for a team that has no role. */
    readonly aws?: TeamAws;
}

export function teamsConfig(teams: ParsedConfig["teams"], login: ParsedConfig["login"]): readonly ConfiguredTeam[] {
    return teams.map(({ groups, machines, dags, egress, calls, aws, isolation, ...team }) => ({
        team,
        groups,
        machines: machines.map((machine) => machineConfig(machine, login)),
        bundle: bundleConfig({ name: team.name, ...dags }),
        egress,
        calls,
        aws,
        isolation,
    }));
}
