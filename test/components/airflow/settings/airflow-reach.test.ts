import assert from "node:assert/strict";

import { Airflow } from "../../../../components/airflow/airflow.ts";
import { type AirflowArgs } from "../../../../components/airflow/airflow-args.ts";
import { PullPolicy } from "../../../../components/airflow/airflow-image.ts";
import { plainMap } from "../../../../rehearsal/engine/values/secrecy.ts";
import { type Registered, underMocks } from "../../../support/mocks.ts";
import { airflowArgs, airflowKinds } from "../airflow-args.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const reference = `registry.example.com/airflow@${digest}`;

const settings: Partial<AirflowArgs> = {
    image: {
        repository: "registry.example.com/airflow",
        tag: "3.3.2",
        digest,
        pullPolicy: PullPolicy.always,
        pullSecret: "registry-login",
    },
    config: { email: { subject: "100% {{ dag }}" }, scheduler: { job_heartbeat_sec: 7 } },
    secretConfig: { sentry: { sentry_dsn: "hunter2" }, api: { ssl_key: "hunter3" } },
    lookups: { connections: { warehouse: "postgresql://a:hunter4@db/x" }, variables: { greeting: "hunter5" } },
    chartValues: { config: { core: { default_task_retries: "2" } } },
};

async function airflow(args: Partial<AirflowArgs> = {}): Promise<Registered> {
    const { registered } = await underMocks(airflowKinds, () => new Airflow("airflow", { ...airflowArgs, ...args }));
    return registered;
}

type Variables = readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];

interface Values {
    readonly [part: string]: { readonly env?: Variables; readonly [key: string]: unknown };
}

function valuesOf(registered: Registered): Values {
    return (plainMap(registered.get("airflow-release").inputs) as unknown as { values: Values }).values;
}

const names = (variables: Variables = []) => variables.map(({ name }) => name);

/** Every pod of ours that runs Airflow's commands, by what makes it. */
const commands = [
    "airflow-migration-job",
    "airflow-secrets-fernet-check",
    "airflow-pools-job",
    "airflow-fernet-rotation-job",
    "airflow-pod-cleanup-schedule",
    "airflow-database-cleanup-schedule",
];

describe("what a stack sets for Airflow", () => {
    let registered: Registered;
    let values: Values;

    before(async () => {
        registered = await airflow({
            ...settings,
            pools: [{ name: "warehouse", slots: 3, description: "", includeDeferred: false }],
            keys: { fernet: { generations: [1, 2], encrypts: 2 }, jwt: 1 },
        });
        values = valuesOf(registered);
    });

    it("reaches each of our Jobs: the image with its Secret, options, and options that are secrets", () => {
        for (const name of commands) {
            const at = name.endsWith("-schedule") ? "spec.jobTemplate.spec.template.spec" : "spec.template.spec";
            assert.equal(registered.input(name, `${at}.containers.0.image`), reference, name);
            assert.equal(registered.input(name, `${at}.containers.0.imagePullPolicy`), "Always", name);
            assert.deepEqual(registered.input(name, `${at}.imagePullSecrets`), [{ name: "registry-login" }], name);
            const env = registered.input(name, `${at}.containers.0.env`) as unknown as Variables;
            const value = (of: string) => env.find((variable) => variable.name === of)?.value;
            assert.equal(value("AIRFLOW__EMAIL__SUBJECT"), "100% {{ dag }}", name);
            assert.equal(value("AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC"), "7", name);
            assert.equal(value("AIRFLOW__CORE__DEFAULT_TASK_RETRIES"), "2", name);
            for (const secret of ["AIRFLOW__SENTRY__SENTRY_DSN", "AIRFLOW__API__SSL_KEY"]) {
                assert.deepEqual(
                    env.find((variable) => variable.name === secret)?.valueFrom,
                    { secretKeyRef: { name: "airflow-config-options", key: secret } },
                    name,
                );
            }
        }
    });

    it("makes other Jobs than a stack that sets nothing, for a Job cannot be changed", async () => {
        const plain = await airflow();
        for (const job of ["airflow-migration-job", "airflow-secrets-fernet-check"]) {
            assert.notEqual(registered.input(job, "metadata.name"), plain.input(job, "metadata.name"));
        }
        assert.equal(plain.input("airflow-migration-job", "metadata.name"), "airflow-run-airflow-migrations-3-3-2");
    });

    it("reaches the chart: the image by digest, the Secret that pulls it, and airflow.cfg to the letter", () => {
        const { defaultAirflowRepository, defaultAirflowDigest, imagePullSecrets, images, config } = values;
        assert.equal(defaultAirflowRepository as unknown, "registry.example.com/airflow");
        assert.equal(defaultAirflowDigest as unknown, digest);
        assert.deepEqual(imagePullSecrets as unknown, [{ name: "registry-login" }]);
        assert.deepEqual(images, { airflow: { pullPolicy: "Always" } });
        assert.deepEqual(config?.email, { subject: '100%% {{ "{{" }} dag }}' });
        assert.deepEqual(config?.kubernetes_executor, {
            // As the executor's default is, and no image besides the template's.
            worker_pods_creation_batch_size: "16",
            worker_container_repository: "",
            worker_container_tag: "",
        });
    });

    it("brings options that are secrets to components, and connections and variables to the triggerer alone", () => {
        const options = ["AIRFLOW__SENTRY__SENTRY_DSN", "AIRFLOW__API__SSL_KEY"];
        for (const part of ["scheduler", "apiServer", "dagProcessor"]) {
            assert.deepEqual(names(values[part]?.env).slice(0, options.length), options, part);
            assert.ok(!names(values[part]?.env).includes("AIRFLOW_CONN_WAREHOUSE"), part);
        }
        assert.deepEqual(names(values.triggerer?.env), [...options, "AIRFLOW_CONN_WAREHOUSE", "AIRFLOW_VAR_GREETING"]);
    });

    it("brings tasks what they read, and nothing that is components' alone", () => {
        const pod = JSON.parse(String(values.podTemplate).replaceAll('{{ "{{" }}', "{{")) as {
            spec: { imagePullSecrets: unknown; containers: { image: string; env: Variables }[] };
        };
        assert.deepEqual(pod.spec.imagePullSecrets, [{ name: "registry-login" }]);
        const [container] = pod.spec.containers;
        assert.equal(container?.image, reference);
        const env = names(container?.env);
        for (const name of [
            "AIRFLOW__EMAIL__SUBJECT",
            "AIRFLOW__CORE__DEFAULT_TASK_RETRIES",
            "AIRFLOW__SENTRY__SENTRY_DSN",
            "AIRFLOW_CONN_WAREHOUSE",
            "AIRFLOW_VAR_GREETING",
        ]) {
            assert.ok(env.includes(name), name);
        }
        for (const name of ["AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC", "AIRFLOW__API__SSL_KEY"]) {
            assert.ok(!env.includes(name), name);
        }
    });

    it("keeps every secret in a Secret, and starts anew what reads one that changes", () => {
        assert.equal(registered.secret("airflow-config-options-secret", "stringData.AIRFLOW__API__SSL_KEY"), "hunter3");
        assert.equal(
            registered.secret("airflow-task-environment-secret", "stringData.AIRFLOW_CONN_WAREHOUSE"),
            "postgresql://a:hunter4@db/x",
        );
        assert.equal(
            registered.input("airflow-task-environment-secret", "stringData.AIRFLOW__API__SSL_KEY"),
            undefined,
        );
        const annotations = values.airflowPodAnnotations as Record<string, string>;
        assert.ok(annotations["airflow-linkerd.io/config-options"]);
        assert.ok(annotations["airflow-linkerd.io/task-environment"]);
        assert.doesNotMatch(JSON.stringify(values), /hunter\d/);
    });

    it("is there before what reads it", () => {
        assert.ok(registered.everythingBefore("airflow-migration-job").has("airflow-config-options-secret"));
        const before = registered.everythingBefore("airflow-release");
        assert.ok(before.has("airflow-config-options-secret") && before.has("airflow-task-environment-secret"));
    });

    it("makes nothing where it is nothing", async () => {
        const plain = await airflow();
        assert.deepEqual(
            plain.resources.filter(({ name }) => /options|task-environment/.test(name)),
            [],
        );
    });
});
