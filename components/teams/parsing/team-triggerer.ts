import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { triggererName } from "../team-names.ts";
import { acceptedOfProcesses, processIdentity, type TeamProcessArgs, teamProcessSpec } from "./team-process.ts";

export interface TeamTriggererArgs extends TeamProcessArgs {
    /** What the API server encrypts the arguments of triggers with. A secret. */
    fernetKeys: pulumi.Input<string>;
}

/**
 * Runs the triggers that a team's deferred tasks wait for, and no others: a trigger is code of its author's. It is in the
 * team's namespace and has a login to the database that is held to the team's triggers and task instances.
 */
export class TeamTriggerer extends pulumi.ComponentResource {
    constructor(name: string, args: TeamTriggererArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TeamTriggerer", name, {}, opts);

        const component = "triggerer";
        const keys = { AIRFLOW__CORE__FERNET_KEY: args.fernetKeys };
        const identity = processIdentity(name, args, { objects: triggererName, component, secrets: keys }, this);

        new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata: identity.metadata,
                spec: teamProcessSpec(args, {
                    component,
                    job: "TriggererJob",
                    // Whoever asks it for logs is known by a key that also signs the tokens of tasks, which it must not have.
                    args: ["airflow", "triggerer", "--team-name", args.team.name, "--skip-serve-logs"],
                    env: [],
                    identity,
                }),
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = { deployment: acceptedOfProcesses };
