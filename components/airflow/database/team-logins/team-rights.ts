import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../../accepted-findings.ts";
import {
    acceptedOfDatabaseCommands,
    commandLabels,
    commandPod,
    type DatabaseCommandArgs,
    fromSecret,
    replaceUnready,
} from "../../jobs/command-pod.ts";
import { secrets, teamLogins } from "../../names.ts";
import { settingsSuffix } from "../../settings/common-settings.ts";
import { passwordsMount, rightsDigest, rightsScripts } from "./team-logins-pod.ts";

export interface TeamRightsArgs extends DatabaseCommandArgs {
    /** The teams that have logins. Plain, because the Job is named after them. */
    teams: readonly string[];
}

/**
 * What teams' logins may do in the metadata database, and the teams and bundles themselves, written by a Job: once for each
 * change of teams, and after each migration, which drops the rights. Depends on the migration and on the logins.
 */
export class TeamRights extends pulumi.ComponentResource {
    constructor(name: string, args: TeamRightsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TeamRights", name, {}, opts);

        const labels = commandLabels(teamLogins.job);
        const metadata = { name: teamLogins.account, namespace: args.namespace, labels };

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata,
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        const scripts = new k8s.core.v1.ConfigMap(
            `${name}-scripts`,
            {
                metadata,
                data: rightsScripts,
            },
            { parent: this },
        );

        new k8s.batch.v1.Job(
            `${name}-job`,
            {
                metadata: {
                    // A Job cannot be changed, so each set of teams has its own, and each migration, which drops the rights.
                    name: `${teamLogins.account}-${rightsDigest(args.version, args.teams)}${settingsSuffix(args.settings ?? {})}`,
                    namespace: args.namespace,
                    labels,
                    annotations: replaceUnready,
                },
                spec: {
                    backoffLimit: 4,
                    template: commandPod({
                        name: teamLogins.job,
                        version: args.version,
                        settings: args.settings,
                        serviceAccount: account.metadata.name,
                        args: ["python", "/opt/team-logins/keep_team_logins.py"],
                        env: [
                            fromSecret("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", secrets.metadataDirect),
                            passwordsMount.env,
                            { name: "TEAMS", value: JSON.stringify(args.teams) },
                        ],
                        size: { cpu: "50m", memory: "256Mi", memoryLimit: "512Mi" },
                        databaseAuthority: args.databaseAuthority,
                        mounts: {
                            "/opt/team-logins": { name: "scripts", configMap: { name: scripts.metadata.name } },
                            [passwordsMount.folder]: passwordsMount.volume,
                        },
                    }),
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = { job: acceptedOfDatabaseCommands };
