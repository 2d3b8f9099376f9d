import assert from "node:assert/strict";

import { imageReference, officialImage, PullPolicy } from "../../../../components/airflow/airflow-image.ts";
import { type AirflowCommand, commandPod } from "../../../../components/airflow/jobs/command-pod.ts";
import { mergedConfig, settingsSuffix } from "../../../../components/airflow/settings/common-settings.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const image = {
    repository: "registry.example.com/airflow",
    tag: "7",
    digest,
    pullPolicy: PullPolicy.always,
    pullSecret: "registry-login",
};

interface Pod {
    spec: {
        imagePullSecrets?: unknown;
        containers: {
            image: string;
            imagePullPolicy?: string;
            env: { name: string; value?: string; valueFrom?: unknown }[];
        }[];
    };
}

function pod(command: Partial<AirflowCommand>): Pod {
    return commandPod({
        name: "look",
        version: "3.3.2",
        serviceAccount: "looker",
        args: ["true"],
        env: [{ name: "AIRFLOW__CORE__AUTH_MANAGER", value: "ours" }],
        size: { cpu: "100m", memory: "512Mi" },
        ...command,
    }) as unknown as Pod;
}

describe("what a stack sets for all that runs Airflow", () => {
    it("names the image by its digest where it has one, as the chart does", () => {
        assert.equal(imageReference(image), `registry.example.com/airflow@${digest}`);
        assert.equal(imageReference({ ...image, digest: undefined }), "registry.example.com/airflow:7");
        assert.equal(imageReference(officialImage("3.3.2")), "apache/airflow:3.3.2");
    });

    it("reaches a Job's pod: image, policy and Secret, options, and options that are secrets", () => {
        const { spec } = pod({
            settings: {
                image,
                config: { email: { subject: "100%" }, core: { auth_manager: "theirs" } },
                secretOptions: ["AIRFLOW__SENTRY__SENTRY_DSN"],
            },
        });
        assert.deepEqual(spec.imagePullSecrets, [{ name: "registry-login" }]);
        const [container] = spec.containers;
        assert.equal(container?.image, imageReference(image));
        assert.equal(container?.imagePullPolicy, "Always");
        assert.deepEqual(container?.env, [
            // What the Job promises itself comes first, and once.
            { name: "AIRFLOW__CORE__AUTH_MANAGER", value: "ours" },
            { name: "AIRFLOW__EMAIL__SUBJECT", value: "100%" },
            {
                name: "AIRFLOW__SENTRY__SENTRY_DSN",
                valueFrom: { secretKeyRef: { name: "airflow-config-options", key: "AIRFLOW__SENTRY__SENTRY_DSN" } },
            },
        ]);
    });

    it("changes nothing of a Job where it sets nothing", () => {
        assert.deepEqual(pod({ settings: { config: {}, secretOptions: [] } }), pod({}));
        assert.equal(settingsSuffix({ config: {}, secretOptions: [] }), "");
    });

    it("gives a Job another name whenever its pod would be another", () => {
        const config = { core: { default_task_retries: 1 } };
        const suffixes = [
            { image },
            { image: { ...image, tag: "8", digest: undefined } },
            { image: { ...image, pullSecret: undefined } },
            { config },
            { config: { core: { default_task_retries: 2 } } },
            { config, secretOptions: ["AIRFLOW__SENTRY__SENTRY_DSN"] },
        ].map(settingsSuffix);
        assert.equal(new Set(suffixes).size, suffixes.length);
        assert.ok(suffixes.every((suffix) => /^-[0-9a-f]{8}$/.test(suffix)));
    });

    it("joins the options of the stack's own key with those among the chart's values", () => {
        const chartValues = { config: { core: { parallelism: "7" }, email: { subject: "100%% done" } } };
        assert.deepEqual(mergedConfig({ core: { default_task_retries: 1 } }, chartValues), {
            core: { parallelism: "7", default_task_retries: 1 },
            email: { subject: "100% done" },
        });
    });
});
