import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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

// Charts whose schema is the list of the official chart's keys.
const mesh = charts.map(({ name }) => name).filter((name) => name !== "airflow");

// What may hold keys of any name, by the definition that says what they are.
const freeMaps = ["amounts", "kubernetesObject", "strings"];

interface Schema {
    $ref?: string;
    definitions?: Record<string, Schema>;
    properties?: Record<string, Schema>;
    additionalProperties?: boolean | Schema;
    type?: string | string[];
    items?: Schema;
}

function schemaOf(chart: string): Schema {
    return JSON.parse(readFileSync(join(checkout, "rehearsal/charts", chart, "values.schema.json"), "utf8")) as Schema;
}

/** Paths of the objects in a schema that take keys of any name, other than those that are defined as such. */
function unnamedFreeMaps(schema: Schema, path: string[]): string[] {
    const { properties, items, additionalProperties, definitions } = schema;
    const free = properties === undefined && [schema.type].flat().includes("object") && additionalProperties !== false;
    // The items of a list are parts of a pod or of a configuration file.
    const named = path.at(-1) === "items" || (path[0] === "definitions" && freeMaps.includes(path[1] ?? ""));
    const parts: [string, Schema][] = [
        ...Object.entries(definitions ?? {}).map(([name, part]): [string, Schema] => [`definitions.${name}`, part]),
        ...Object.entries(properties ?? {}),
        ...(items ? [["items", items] as [string, Schema]] : []),
    ];
    const below = parts.flatMap(([name, part]) => unnamedFreeMaps(part, [...path, ...name.split(".")]));
    return free && !named ? [path.join("."), ...below] : below;
}

/** Whether the schema says what is at the path. */
function knows(chart: Schema, path: readonly string[]): boolean {
    let at: Schema | undefined = chart;
    for (const key of path) {
        const name: string | undefined = at.$ref?.split("/").at(-1);
        const part: Schema | undefined = name === undefined ? at : chart.definitions?.[name];
        if (part?.properties === undefined) {
            return name !== undefined && freeMaps.includes(name);
        }
        at = part.properties[key];
        if (at === undefined) {
            return false;
        }
    }
    return true;
}

/** The values that a chart's templates read by their whole path. */
function read(chart: string): string[] {
    const folder = join(checkout, "rehearsal/charts", chart, "templates");
    const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    const found = texts.flatMap((text) => [...text.matchAll(/(?:\.Values|\$values)\.([A-Za-z0-9.]+)/g)]);
    return [...new Set(found.map(([, path]) => path ?? ""))];
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
            await assert.rejects(render(name, { ...given, replicaz: 2 }), /replicaz/);
        });
    }

    for (const name of mesh) {
        it(`names every map of ${name}'s values that takes any key`, () => {
            assert.deepEqual(unnamedFreeMaps(schemaOf(name), []), []);
        });

        it(`reads only values that ${name} has`, () => {
            const unknown = read(name).filter((path) => !knows(schemaOf(name), path.split(".")));
            assert.deepEqual(unknown, []);
        });
    }

    const nested: [chart: string, path: string, changed: object][] = [
        ["cert-manager", "webhook.replicas", { webhook: { replicas: 2 } }],
        // An anchor in Linkerd's own values-ha.yaml, which no template reads.
        ["linkerd-control-plane", "controllerResources", { controllerResources: { cpu: { request: "100m" } } }],
        ["linkerd-control-plane", "proxy.waitBeforeExit", { proxy: { waitBeforeExit: 5 } }],
        ["linkerd-viz", "prometheus.retention", { prometheus: { retention: "1d" } }],
        ["trust-manager", "app.replicas", { app: { replicas: 2 } }],
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

    const secretOf = (name: string) => ({ externalSecret: true, injectCaFrom: `linkerd-viz/${name}` });
    const dangerous: [chart: string, what: string, changed: object][] = [
        ["linkerd-crds", "Gateway API from a second owner", { installGatewayAPI: true }],
        ["linkerd-crds", "one of its kinds from a second owner", { enableHttpRoutes: true }],
        ["linkerd-control-plane", "an issuer that the chart makes", { identity: { externalCA: false } }],
        [
            "linkerd-control-plane",
            "webhook certificates that the chart makes",
            { proxyInjector: { externalSecret: false } },
        ],
        ["linkerd-control-plane", "proxies that are no native sidecars", { proxy: { nativeSidecar: false } }],
        ["linkerd-control-plane", "a root in a value", { identityTrustAnchorsPEM: "-----BEGIN CERTIFICATE-----" }],
        ["linkerd-viz", "a hook", { createNamespaceMetadataJob: true }],
        ["linkerd-viz", "a key in a value", { tap: { ...secretOf("tap"), keyPEM: "-----BEGIN PRIVATE KEY-----" } }],
        ["aws-load-balancer-controller", "a key that the chart would make", { enableCertManager: false }],
        ["aws-load-balancer-controller", "a webhook for every Service", { enableServiceMutatorWebhook: true }],
        [
            "aws-load-balancer-controller",
            "a webhook for every Ingress",
            { webhookConfig: { disableIngressValidation: false } },
        ],
        ["aws-load-balancer-controller", "every namespace's Services", { watchNamespace: "" }],
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
