import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { dagProcessorName } from "../team-names.ts";
import {
    acceptedOfProcesses,
    processIdentity,
    type TeamProcessArgs,
    teamProcessSpec,
    withAnnotation,
} from "./team-process.ts";

const script = "team_dag_processor.py";
const folder = "/opt/team-dag-processor";
const source = readFileSync(new URL(script, import.meta.url), "utf8");

/** It reads its program only at its start. */
const sourceDigest = createHash("sha256").update(source).digest("hex");

/**
 * Reads a team's DAG files, and no others: in the team's namespace, under an account that has no right anywhere, with a login
 * to the database that is held to the team's bundle. Whoever writes the team's DAGs can do what this pod can.
 */
export class TeamDagProcessor extends pulumi.ComponentResource {
    constructor(name: string, args: TeamProcessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TeamDagProcessor", name, {}, opts);

        const component = "dag-processor";
        const identity = processIdentity(name, args, { objects: dagProcessorName, component }, this);
        const { metadata } = identity;

        const program = new k8s.core.v1.ConfigMap(
            `${name}-program`,
            {
                metadata,
                data: { [script]: source },
            },
            { parent: this },
        );

        new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata,
                spec: teamProcessSpec(withAnnotation(args, "airflow-linkerd.io/program-sha256", sourceDigest), {
                    component,
                    job: "DagProcessorJob",
                    args: ["python", `${folder}/${script}`, "-B", args.team.name],
                    env: [
                        // Set and empty: left out, Airflow would make up a key and encrypt with it what others must read.
                        { name: "AIRFLOW__CORE__FERNET_KEY", value: "" },
                        // A row's rule reads the DAG's name within its serialized form.
                        { name: "AIRFLOW__CORE__COMPRESS_SERIALIZED_DAGS", value: "False" },
                    ],
                    identity,
                    volumes: [{ name: "program", configMap: { name: program.metadata.name } }],
                    volumeMounts: [{ name: "program", mountPath: folder, readOnly: true }],
                }),
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = { deployment: acceptedOfProcesses };
