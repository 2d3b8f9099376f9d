import assert from "node:assert/strict";

import { objects, type Rendered, withHelm } from "./helm.ts";
import { values } from "./values.ts";

const managed = (name: string, component: string) => ({
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": "cert-manager",
    "app.kubernetes.io/component": component,
});
const controlPlane = (component: string) => ({
    "linkerd.io/control-plane-component": component,
    "linkerd.io/control-plane-ns": "linkerd",
    "linkerd.io/proxy-deployment": `linkerd-${component}`,
});
const viz = (component: string) => ({ "linkerd.io/extension": "viz", component });

/**
 * What the official charts select each Deployment's pods by, at the versions of components/charts.ts. No Deployment can
 * change its selector: with another one here, a stack could not move from these charts to the official ones.
 */
const official: Record<string, Record<string, Record<string, string>>> = {
    "cert-manager": {
        "cert-manager": managed("cert-manager", "controller"),
        "cert-manager-cainjector": managed("cainjector", "cainjector"),
        "cert-manager-webhook": managed("webhook", "webhook"),
    },
    "trust-manager": { "trust-manager": { app: "trust-manager" } },
    "linkerd-control-plane": {
        "linkerd-destination": controlPlane("destination"),
        "linkerd-identity": controlPlane("identity"),
        "linkerd-proxy-injector": { "linkerd.io/control-plane-component": "proxy-injector" },
    },
    "linkerd-viz": {
        "metrics-api": viz("metrics-api"),
        prometheus: { ...viz("prometheus"), namespace: "linkerd-viz" },
        tap: { ...viz("tap"), namespace: "linkerd-viz" },
        "tap-injector": { component: "tap-injector" },
        web: { ...viz("web"), namespace: "linkerd-viz" },
    },
    "aws-load-balancer-controller": {
        "aws-load-balancer-controller": {
            "app.kubernetes.io/name": "aws-load-balancer-controller",
            "app.kubernetes.io/instance": "aws-load-balancer-controller",
        },
    },
    "gateway-helm": {
        "envoy-gateway": {
            "control-plane": "envoy-gateway",
            "app.kubernetes.io/name": "gateway-helm",
            "app.kubernetes.io/instance": "gateway-helm",
        },
    },
};

function ofKind(kind: string, rendered: Rendered[]): Rendered[] {
    return rendered.filter((object) => object.kind === kind);
}

function carries(labels: Record<string, string>, selector: Record<string, string>): boolean {
    return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

describe("the rehearsal's Deployments", () => {
    withHelm();

    for (const [chart, selectors] of Object.entries(official)) {
        it(`select their pods as the official ${chart} does`, async () => {
            const deployments = ofKind("Deployment", await objects(chart, values[chart] ?? {}));
            const found = deployments.map(({ metadata, spec }) => [metadata.name, spec.selector.matchLabels]);
            assert.deepEqual(Object.fromEntries(found), selectors);
        });

        it(`of ${chart} are all found by a Service, and by no budget of another one`, async () => {
            const rendered = await objects(chart, values[chart] ?? {});
            for (const { metadata, spec } of ofKind("Deployment", rendered)) {
                const { labels } = spec.template.metadata;
                assert.ok(carries(labels, spec.selector.matchLabels), metadata.name);
                const services = ofKind("Service", rendered).filter((service) =>
                    carries(labels, service.spec.selector),
                );
                assert.ok(services.length > 0, `no Service finds ${metadata.name}`);
                const budgets = ofKind("PodDisruptionBudget", rendered);
                const found = budgets.filter((budget) => carries(labels, budget.spec.selector.matchLabels));
                assert.ok(found.length <= 1, `${metadata.name} has ${found.length} budgets`);
            }
        });
    }
});
