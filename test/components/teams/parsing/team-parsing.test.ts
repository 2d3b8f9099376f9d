import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { TeamDagProcessor } from "../../../../components/teams/parsing/team-dag-processor.ts";
import { type TeamProcessArgs } from "../../../../components/teams/parsing/team-process.ts";
import { TeamTriggerer } from "../../../../components/teams/parsing/team-triggerer.ts";
import { type Registered, underMocks } from "../../../support/mocks.ts";

const args = (login: string): TeamProcessArgs => ({
    team: { name: "analytics", owners: ["#analytics"] },
    namespace: "team-analytics",
    image: "apache/airflow:3.3.2",
    pullPolicy: "IfNotPresent",
    imagePullSecrets: [],
    login,
    databaseUrl: pulumi.secret("postgresql://somewhere"),
    resources: { requests: { cpu: "200m", memory: "1Gi" }, limits: { memory: "1Gi" } },
    env: [
        { name: "AIRFLOW__CORE__PARALLELISM", value: "32" },
        { name: "AIRFLOW__CORE__AUTH_MANAGER", value: "somebody.Elses" },
    ],
    volumes: [],
    volumeMounts: [],
    podAnnotations: { "example.com/changes": "with it" },
});

const kinds = [
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:apps/v1:Deployment",
];
const parsing = () => underMocks(kinds, () => new TeamDagProcessor("parts", args("airflow-parse-analytics")));
const triggering = () =>
    underMocks(
        kinds,
        () =>
            new TeamTriggerer("parts", {
                ...args("airflow-trigger-analytics"),
                fernetKeys: pulumi.secret("the keys"),
            }),
    );

const pod = "spec.template.spec";
const container = `${pod}.containers.0`;

function environment(registered: Registered): Record<string, string | undefined> {
    const env = registered.input("parts-deployment", `${container}.env`) as { name: string; value?: string }[];
    assert.equal(new Set(env.map(({ name }) => name)).size, env.length, "a variable is there twice");
    return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

for (const [kind, create, account, component] of [
    ["TeamDagProcessor", parsing, "airflow-dag-processor", "dag-processor"],
    ["TeamTriggerer", triggering, "airflow-triggerer", "triggerer"],
] as const) {
    describe(kind, () => {
        it("runs in the team's namespace under an account of its own, without a token", async () => {
            const { registered } = await create();
            assert.equal(registered.input("parts-account", "metadata.name"), account);
            assert.equal(registered.input("parts-account", "metadata.namespace"), "team-analytics");
            assert.equal(registered.input("parts-account", "automountServiceAccountToken"), false);
            assert.equal(registered.input("parts-deployment", `${pod}.serviceAccountName`), account);
            assert.equal(registered.input("parts-deployment", `${pod}.automountServiceAccountToken`), false);
        });

        it("is known by labels that policies select, and runs once", async () => {
            const { registered } = await create();
            const labels = { tier: "airflow", component, release: "airflow", "airflow-linkerd.io/team": "analytics" };
            assert.deepEqual(registered.input("parts-deployment", "spec.template.metadata.labels"), labels);
            assert.deepEqual(registered.input("parts-deployment", "spec.selector.matchLabels"), labels);
            assert.equal(registered.input("parts-deployment", "spec.replicas"), 1);
            assert.equal(registered.input("parts-deployment", "spec.strategy.type"), "Recreate");
        });

        it("has the database's address from a Secret, as the login that its rights depend on", async () => {
            const { registered } = await create();
            const key = "stringData.AIRFLOW__DATABASE__SQL_ALCHEMY_CONN";
            assert.equal(registered.secret("parts-database", key), "postgresql://somewhere");
            const env = environment(registered);
            assert.match(env.LOGNAME ?? "", /^airflow-(parse|trigger)-analytics$/);
            assert.doesNotMatch(JSON.stringify(registered.get("parts-deployment").inputs), /somewhere/);
        });

        it("takes the stack's settings, but none that would undo the team's borders", async () => {
            const env = environment((await create()).registered);
            assert.equal(env.AIRFLOW__CORE__PARALLELISM, "32");
            assert.equal(env.AIRFLOW__CORE__MULTI_TEAM, "True");
            assert.match(env.AIRFLOW__CORE__AUTH_MANAGER ?? "", /SimpleAuthManager$/);
        });

        it("has no key that signs tokens, for people or for tasks", async () => {
            const { registered } = await create();
            assert.doesNotMatch(JSON.stringify(registered.get("parts-deployment").inputs), /JWT|SECRET_KEY/);
        });
    });
}

describe("TeamDagProcessor's program", () => {
    it("reads the team's bundle alone, and encrypts nothing with a key that it made up", async () => {
        const { registered } = await parsing();
        assert.deepEqual(registered.input("parts-deployment", `${container}.args`), [
            "python",
            "/opt/team-dag-processor/team_dag_processor.py",
            "-B",
            "analytics",
        ]);
        const env = environment(registered);
        assert.equal(env.AIRFLOW__CORE__FERNET_KEY, "");
        assert.equal(env.AIRFLOW__CORE__COMPRESS_SERIALIZED_DAGS, "False");
    });

    it("restarts when the program changes", async () => {
        const { registered } = await parsing();
        const annotations = registered.input("parts-deployment", "spec.template.metadata.annotations") as object;
        assert.deepEqual(Object.keys(annotations), [
            "airflow-linkerd.io/program-sha256",
            "config.linkerd.io/shutdown-grace-period",
            "example.com/changes",
        ]);
    });
});

describe("TeamTriggerer's program", () => {
    it("runs the team's triggers alone, serves nothing, and reads what the API server encrypted", async () => {
        const { registered } = await triggering();
        const said = (registered.input("parts-deployment", `${container}.args`) as string[]).join(" ");
        assert.equal(said, "airflow triggerer --team-name analytics --skip-serve-logs");
        assert.equal(registered.secret("parts-database", "stringData.AIRFLOW__CORE__FERNET_KEY"), "the keys");
        assert.equal(registered.input("parts-deployment", `${container}.ports`), undefined);
    });
});
