import assert from "node:assert/strict";

import {
    bundleAccess,
    bundleList,
    type DagBundle,
    DagBundleKind,
    defaultDagBundles,
} from "../../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../../../components/airflow/dags/git-credentials.ts";

const git = { kind: DagBundleKind.git, refreshSeconds: 60, ref: "main" } as const;
const open: DagBundle = { ...git, name: "open", repository: "https://git.example.com/open.git" };
const byToken: DagBundle = {
    ...git,
    name: "team-a",
    repository: "https://git.example.com/a.git",
    path: "dags",
    credentials: { kind: GitCredentialsKind.token, user: "reader", token: "hunter2" },
};
const byKey: DagBundle = {
    ...git,
    name: "team-b",
    repository: "git@git.example.com:b.git",
    credentials: {
        kind: GitCredentialsKind.sshKey,
        privateKey: "hunter3",
        knownHosts: "git.example.com ssh-ed25519 A",
    },
};

describe("DAG bundles", () => {
    it("are listed as Airflow reads them", () => {
        assert.deepEqual(JSON.parse(bundleList([byToken, ...defaultDagBundles])), [
            {
                name: "team-a",
                classpath: "airflow.providers.git.bundles.git.GitDagBundle",
                kwargs: {
                    repo_url: "https://git.example.com/a.git",
                    tracking_ref: "main",
                    subdir: "dags",
                    git_conn_id: "dag_bundle_team_a",
                    refresh_interval: 60,
                },
            },
            {
                name: "dags-folder",
                classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
                kwargs: { path: "/opt/airflow/dags", refresh_interval: 300 },
            },
        ]);
    });

    it("are listed without a secret, and without anything that Helm would take for a template", () => {
        const list = bundleList([byToken, byKey, open]);
        assert.doesNotMatch(list, /hunter|\{\{/);
    });

    it("give whoever fetches one the connection that the list names, from the Secret of that bundle alone", () => {
        assert.deepEqual(bundleAccess([byToken, byKey, open]).env, [
            {
                name: "AIRFLOW_CONN_DAG_BUNDLE_TEAM_A",
                valueFrom: {
                    secretKeyRef: { name: "airflow-dag-bundle-team-a", key: "connection", optional: true },
                },
            },
            {
                name: "AIRFLOW_CONN_DAG_BUNDLE_TEAM_B",
                valueFrom: {
                    secretKeyRef: { name: "airflow-dag-bundle-team-b", key: "connection", optional: true },
                },
            },
        ]);
    });

    it("show the keys of an ssh server, and not our own beside them", () => {
        const { volumes, volumeMounts } = bundleAccess([byToken, byKey, open]);
        assert.deepEqual(volumes, [
            {
                name: "dag-bundle-team-b",
                secret: {
                    secretName: "airflow-dag-bundle-team-b",
                    items: [{ key: "known_hosts", path: "known_hosts" }],
                    optional: true,
                },
            },
        ]);
        assert.deepEqual(volumeMounts, [
            { name: "dag-bundle-team-b", mountPath: "/etc/airflow-dag-bundles/team-b", readOnly: true },
        ]);
    });

    it("need nothing of the kind where there are no credentials", () => {
        assert.deepEqual(bundleAccess([open, ...defaultDagBundles]), { env: [], volumes: [], volumeMounts: [] });
    });
});
