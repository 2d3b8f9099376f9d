import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { authManager } from "../airflow-image.ts";
import { commandLabels, commandPod, type DatabaseCommandArgs, fromSecret } from "./command-pod.ts";
import { forgetTeamRights } from "./forget-team-rights.ts";
import { chart, secrets } from "../names.ts";
import { settingsSuffix } from "../settings/common-settings.ts";

/** Runs the SQL of the environment, with what Airflow's image has. */
const runSql =
    "import os; from sqlalchemy import create_engine, text; " +
    'engine = create_engine(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]); ' +
    'connection = engine.connect(); connection.execute(text(os.environ["FORGET_TEAM_RIGHTS"])); connection.commit()';

/**
 * Migrates the metadata database to the version's schema, once per version, before any component of that version
 * starts. Without PgBouncer: the migration holds session locks, which PgBouncer's transaction pooling does not keep.
 */
export class Migration extends pulumi.ComponentResource {
    constructor(name: string, args: DatabaseCommandArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Migration", name, {}, opts);

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata: { name: chart.migrationAccount, namespace: args.namespace },
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        const suffix = settingsSuffix(args.settings ?? {});
        new k8s.batch.v1.Job(
            `${name}-job`,
            {
                metadata: {
                    // A Job cannot be changed, so each version has its own, and each image and config. It stays until the
                    // next one.
                    name: `airflow-run-airflow-migrations-${args.version.replace(/[^a-z0-9]+/g, "-")}${suffix}`,
                    namespace: args.namespace,
                    labels: commandLabels("run-airflow-migrations"),
                },
                spec: {
                    backoffLimit: 4,
                    template: commandPod({
                        name: "run-airflow-migrations",
                        version: args.version,
                        settings: args.settings,
                        serviceAccount: account.metadata.name,
                        args: ["bash", "-c", `python -c '${runSql}' && exec airflow db migrate`],
                        env: [
                            fromSecret("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", secrets.metadataDirect),
                            fromSecret("AIRFLOW__CORE__FERNET_KEY", secrets.fernetGenerations),
                            { name: "AIRFLOW__CORE__AUTH_MANAGER", value: authManager },
                            { name: "FORGET_TEAM_RIGHTS", value: forgetTeamRights },
                        ],
                        size: { cpu: "100m", memory: "512Mi", memoryLimit: "1Gi" },
                        databaseAuthority: args.databaseAuthority,
                    }),
                },
            },
            {
                parent: this,
                // A large database takes long, and an interrupted migration is worse than a slow one.
                customTimeouts: { create: "60m" },
            },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = {
    job: {
        CKV_K8S_11: "A limit on the processor only makes a migration slower, and nothing else may run meanwhile",
        CKV_K8S_15: "A release's image does not change, and an upgrade should not depend on a registry twice",
        CKV_K8S_22: "Airflow's image writes its config and its logs to its home when it starts",
        CKV_K8S_35: "Airflow's image takes its connection from the environment, as its chart gives it everywhere else",
        CKV_K8S_43: "The stack names a release of Airflow: a digest would have to be looked up for each",
    },
};
