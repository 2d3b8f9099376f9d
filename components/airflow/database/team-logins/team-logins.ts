import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { teamLogins } from "../../names.ts";

/** The logins by which a team's parts reach the database. team_rights.py reads the team from them. */
export function loginsOf(team: string) {
    return { parsing: `airflow-parse-${team}`, triggering: `airflow-trigger-${team}` } as const;
}

export interface TeamLoginsArgs {
    /** Airflow's own namespace. */
    namespace: pulumi.Input<string>;

    /** The teams whose DAG processors and triggerers have logins of their own. Plain, because each has a password. */
    teams: readonly string[];
}

/** The passwords of teams' logins to the metadata database, and the Secret by which a Job gives them to the server. */
export class TeamLogins extends pulumi.ComponentResource {
    /** A secret for each login. */
    public readonly passwords: Readonly<Record<string, pulumi.Output<string>>>;

    constructor(name: string, args: TeamLoginsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TeamLogins", name, {}, opts);

        this.passwords = Object.fromEntries(
            args.teams.flatMap((team) =>
                Object.values(loginsOf(team)).map((login) => [
                    login,
                    new random.RandomPassword(`${name}-${login}`, { length: 32, special: false }, { parent: this })
                        .result,
                ]),
            ),
        );

        new k8s.core.v1.Secret(
            `${name}-passwords`,
            {
                metadata: { name: teamLogins.secret, namespace: args.namespace },
                stringData: { [teamLogins.passwordsFile]: pulumi.jsonStringify(this.passwords) },
            },
            { parent: this },
        );

        this.registerOutputs({ passwords: this.passwords });
    }
}
