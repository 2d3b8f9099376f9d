import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { charts } from "../../../rehearsal/charts/package.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { render, withHelm } from "./helm.ts";
import { values } from "./values.ts";

// Parts of the Airflow schema that are mixed into an object, which then closes itself.
const mixins = ["probeTimes", "placement", "workload", "component", "loggingComponent"];

/** Paths of the objects in a schema that would let an unknown key through. */
function openings(schema: unknown, path: string): string[] {
    if (schema === null || typeof schema !== "object") {
        return [];
    }
    const parts = Object.entries(schema).filter(([key]) => key !== "if" && key !== "then");
    const found = parts.flatMap(([key, part]) => openings(part, `${path}.${key}`));
    const { additionalProperties, unevaluatedProperties } = schema as Record<string, unknown>;
    const closed = (additionalProperties ?? unevaluatedProperties ?? true) !== true;
    const mixin = mixins.some((name) => path.endsWith(`.$defs.${name}`));
    return "properties" in schema && !closed && !mixin ? [path, ...found] : found;
}

describe("values of the rehearsal's charts", () => {
    withHelm();

    for (const { name } of charts) {
        const given = values[name] ?? {};

        it(`renders ${name} with what the program sends, twice the same`, async () => {
            assert.equal(await render(name, given), await render(name, given));
        });

        it(`closes every object of ${name}'s schema`, () => {
            const schema = readFileSync(join(checkout, "rehearsal/charts", name, "values.schema.json"), "utf8");
            assert.deepEqual(openings(JSON.parse(schema), name), []);
        });

        it(`refuses a key that ${name} does not know`, async () => {
            await assert.rejects(render(name, { ...given, replicas: 2 }), /replicas/);
        });
    }

    const nested: [chart: string, path: string, changed: object][] = [
        ["cert-manager", "webhook.replicas", { webhook: { replicas: 2 } }],
        ["linkerd-control-plane", "proxy.waitBeforeExitSeconds", { proxy: { waitBeforeExitSeconds: 5 } }],
        ["linkerd-viz", "tap.keyPEM", { tap: { keyPEM: "", externalSecret: true, injectCaFrom: "linkerd-viz/tap" } }],
        ["airflow", "scheduler.service", { scheduler: { service: {} } }],
        [
            "airflow",
            "triggerer.logGroomerSidecar.maxSizeBytes",
            { triggerer: { logGroomerSidecar: { maxSizeBytes: 1 } } },
        ],
        [
            "airflow",
            "pgbouncer.metricsExporterSidecar.sslmode",
            { pgbouncer: { metricsExporterSidecar: { sslmode: "disable" } } },
        ],
    ];
    for (const [chart, path, changed] of nested) {
        it(`refuses ${path} of ${chart}`, async () => {
            await assert.rejects(
                render(chart, { ...values[chart], ...changed }),
                new RegExp(path.split(".").at(-1) ?? ""),
            );
        });
    }

    const dangerous: [chart: string, what: string, changed: object][] = [
        ["linkerd-crds", "Gateway API from a second owner", { installGatewayAPI: true }],
        ["linkerd-control-plane", "an issuer that the chart makes", { identity: { externalCA: false } }],
        [
            "linkerd-control-plane",
            "webhook certificates that the chart makes",
            { proxyInjector: { externalSecret: false } },
        ],
        ["linkerd-control-plane", "proxies that are no native sidecars", { proxy: { nativeSidecar: false } }],
        ["linkerd-viz", "a hook", { createNamespaceMetadataJob: true }],
        ["trust-manager", "bundles in Secrets", { secretTargets: { enabled: true } }],
        ["airflow", "the default user", { createUserJob: { enabled: true } }],
        ["airflow", "pods that launch pods", { allowPodLaunching: true }],
        ["airflow", "PgBouncer with the chart's default password", { pgbouncer: { enabled: true } }],
        ["airflow", "a volume for logs that the chart would make", { logs: { persistence: { enabled: true } } }],
        ["airflow", "a random JWT secret", { jwtSecretName: null }],
        ["airflow", "a broker's Secret by a hook", { data: { metadataSecretName: "airflow-metadata" } }],
        ["airflow", "task pods with the database's address", { podTemplate: null }],
    ];
    for (const [chart, what, changed] of dangerous) {
        it(`refuses ${what} in ${chart}`, async () => {
            await assert.rejects(
                render(chart, { ...values[chart], ...changed }),
                /values don't meet the specifications/,
            );
        });
    }
});
