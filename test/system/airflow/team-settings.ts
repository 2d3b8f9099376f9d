import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

import { type V1ConfigMap, type V1Job, type V1Pod, type V1Secret } from "@kubernetes/client-node";
import { parseDocument } from "yaml";

import { defaultAirflowVersion } from "../../../components/airflow/airflow-image.ts";
import { Cipher, passphrase } from "../../../rehearsal/engine/values/cipher.ts";
import { eventually } from "../bare-cluster.ts";
import { type Stage } from "../stage.ts";
import { type Person } from "./person.ts";
import { annotation } from "./task-pods.ts";

const fromEmail = "100% {{ reports }} <reports@example.com>";
const image = `registry.example.com/mirror/apache/airflow:${defaultAirflowVersion}`;

/** What the stack with two teams sets for its tasks, besides what is encrypted. */
export const settings = {
    image: {
        repository: "registry.example.com/mirror/apache/airflow",
        tag: defaultAirflowVersion,
        credentials: { user: "puller", password: "hunter-1-pull" },
    },
    config: { email: { from_email: fromEmail } },
    secretConfig: { sentry: { sentry_dsn: "hunter-2-sentry" } },
    connections: { warehouse: "postgresql://reader:hunter-3-warehouse@warehouse.example.com/sales" },
    variables: { greeting: "hunter-4-greeting" },
    tasks: {
        env: { REPORTS_ZONE: "Europe/Berlin" },
        envFrom: { secrets: ["quota"], configMaps: ["endpoints"] },
        volumes: [
            { kind: "secret", name: "certificates", path: "/etc/warehouse" },
            { kind: "config-map", name: "queries", path: "/etc/queries" },
            { kind: "empty-dir", size: "64Mi", path: "/mnt/scratch" },
        ],
    },
};

/** Where those settings hold a secret. */
const secretPaths = [
    ["image", "credentials", "password"],
    ["secretConfig", "sentry", "sentry_dsn"],
    ["connections", "warehouse"],
    ["variables", "greeting"],
];

/** Encrypts in the stack's file what is secret of the settings. */
export async function encryptSettings({ configFile, at }: Stage): Promise<void> {
    const document = parseDocument(readFileSync(configFile, "utf8"));
    const cipher = await Cipher.create(await passphrase(at.state));
    document.set("encryptionsalt", cipher.salt);
    for (const below of secretPaths) {
        const path = ["config", "airflow-linkerd:airflow", ...below];
        const plain = below.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], settings);
        document.setIn(path, document.createNode({ secure: cipher.encrypt(plain as string) }));
    }
    writeFileSync(configFile, document.toString());
}

/** What the operator puts into the teams' namespaces, which nobody else may. */
export async function makeGivenObjects(stage: Stage, ...teams: string[]): Promise<void> {
    const objects = [
        { kind: "Secret", name: "quota", stringData: { QUOTA_NAME: "large" } },
        { kind: "Secret", name: "certificates", stringData: { "ca.crt": "a certificate" } },
        { kind: "ConfigMap", name: "endpoints", data: { ENDPOINT: "warehouse.example.com:5432" } },
        { kind: "ConfigMap", name: "queries", data: { "one.sql": "select 1" } },
    ].flatMap(({ name, ...object }) =>
        teams.map((team) => ({
            apiVersion: "v1",
            ...object,
            metadata: { name, namespace: `team-${team}` },
        })),
    );
    const list = { apiVersion: "v1", kind: "List", items: objects };
    const made = await stage.kubectlWith(JSON.stringify(list), "apply", "-f", "-");
    assert.equal(made.exitCode, 0, made.output);
}

/** Tests of what reaches tasks and Jobs of the stack with two teams. */
export function settingsReach(stack: () => { readonly stage: Stage; readonly admin: Person }): void {
    it("gives a team's task what the stack sets: variables, files, options, a connection and a variable", async () => {
        const { stage, admin } = stack();
        const run = await admin.trigger("settings");
        const pod = await eventually(async () =>
            (await stage.objects<V1Pod>("pods")).find((each) => annotation(each, "dag_id") === "settings"),
        );
        const followed = await admin.follow("settings", run);
        assert.equal(followed.run.state, "success");
        assert.deepEqual(await admin.api.result("settings", run.dag_run_id, "look"), {
            variables: { REPORTS_ZONE: "Europe/Berlin", ENDPOINT: "warehouse.example.com:5432", QUOTA_NAME: "large" },
            files: { "/etc/warehouse/ca.crt": "a certificate", "/etc/queries/one.sql": "select 1" },
            scratch: "written",
            options: [fromEmail, "hunter-2-sentry"],
            // As Airflow calls what the address calls postgresql.
            connection: ["postgres", "warehouse.example.com", "hunter-3-warehouse"],
            variable: "hunter-4-greeting",
        });
        const [base] = pod.spec?.containers.filter(({ name }) => name === "base") ?? [];
        assert.equal(base?.image, image);
        assert.deepEqual(pod.spec?.imagePullSecrets, [{ name: "airflow-image-pull" }]);
        assert.doesNotMatch(JSON.stringify(pod), /hunter-\d/);
    });

    it("gives a Job of the stack's own the same image, options and options that are secrets", async () => {
        const { stage } = stack();
        const jobs = await stage.objects<V1Job>("jobs");
        const migration = jobs.find(({ metadata }) => metadata?.name?.startsWith("airflow-run-airflow-migrations-"));
        const template = migration?.spec?.template;
        const container = template?.spec?.containers.find(({ name }) => name === "run-airflow-migrations");
        assert.ok(template?.spec && container);
        assert.equal(container.image, image);
        const program =
            "import json; from airflow.configuration import conf; " +
            "print(json.dumps([conf.get('email', 'from_email'), conf.get('sentry', 'sentry_dsn')]))";
        const job = {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "look", namespace: "airflow" },
            spec: {
                backoffLimit: 0,
                template: {
                    // Not the labels that say whose pod it is.
                    metadata: { annotations: template.metadata?.annotations },
                    spec: { ...template.spec, containers: [{ ...container, args: ["python", "-c", program] }] },
                },
            },
        };
        const made = await stage.kubectlWith(JSON.stringify(job), "create", "-f", "-");
        assert.equal(made.exitCode, 0, made.output);
        await eventually(async () => {
            const now = (await stage.objects<V1Job>("jobs")).find(({ metadata }) => metadata?.name === "look")?.status;
            return now?.succeeded || now?.failed ? now : undefined;
        });
        const { output } = await stage.kubectl("logs", "-n", "airflow", "job/look", "-c", "run-airflow-migrations");
        const removed = await stage.kubectl("delete", "job", "-n", "airflow", "look");
        assert.equal(removed.exitCode, 0, removed.output);
        assert.deepEqual(JSON.parse(output.trim().split("\n").at(-1) ?? ""), [fromEmail, "hunter-2-sentry"]);
    });

    it("writes the same option for components, and no secret into what is no Secret", async () => {
        const { stage } = stack();
        const configMaps = await stage.objects<V1ConfigMap>("configmaps");
        const config = configMaps.find(({ metadata }) => metadata?.name === "airflow-config");
        assert.match(
            config?.data?.["airflow.cfg"] ?? "",
            /from_email = 100%% \{\{ reports \}\} <reports@example\.com>/,
        );
        assert.doesNotMatch(JSON.stringify(configMaps), /hunter-\d/);
        assert.doesNotMatch(JSON.stringify(await stage.objects<V1Pod>("pods")), /hunter-\d/);
    });

    it("brings the registry's login to each namespace where the image runs", async () => {
        const secrets = await stack().stage.objects<V1Secret>("secrets");
        const logins = secrets.filter(({ metadata }) => metadata?.name === "airflow-image-pull");
        assert.deepEqual(logins.map(({ metadata, type }) => [metadata?.namespace, type]).sort(), [
            ["airflow", "kubernetes.io/dockerconfigjson"],
            ["team-analytics", "kubernetes.io/dockerconfigjson"],
            ["team-billing", "kubernetes.io/dockerconfigjson"],
            ["team-shipping", "kubernetes.io/dockerconfigjson"],
        ]);
    });
}
