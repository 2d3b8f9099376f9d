import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { deployCatalog } from "../../../examples/consumer/deploy.ts";
import { type PolicyObject } from "../../../components/mesh/policy/objects/policy-object.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { callKeys } from "../../../stacks/config/calls/call-schema.ts";
import { failure, type Registered, settled, underMocks } from "../../support/mocks.ts";
import { meshDecision } from "../../support/policy/linkerd-policy.ts";
import { networkDecision } from "../../support/policy/network-policy.ts";

const kinds = [
    "kubernetes:core/v1:Namespace",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:Service",
    "kubernetes:apps/v1:Deployment",
    "kubernetes:policy.linkerd.io/v1beta3:Server",
    "kubernetes:policy.linkerd.io/v1beta3:HTTPRoute",
    "kubernetes:policy.linkerd.io/v1alpha1:MeshTLSAuthentication",
    "kubernetes:policy.linkerd.io/v1alpha1:NetworkAuthentication",
    "kubernetes:policy.linkerd.io/v1alpha1:AuthorizationPolicy",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
];
const platformStack = "organization/airflow-linkerd/dev";
const teams = Object.fromEntries(
    ["analytics", "billing"].map((name) => [
        name,
        {
            namespace: `team-${name}`,
            serviceAccount: "airflow-task",
            meshIdentity: `airflow-task.team-${name}.serviceaccount.identity.linkerd.cluster.local`,
        },
    ]),
);
const stacks = { [platformStack]: { outputs: { outputsVersion: 1, teams } } };

async function deployed() {
    return underMocks(kinds, () => deployCatalog({ platformStack, team: "analytics" }), { stacks });
}

/** The policies as they were registered. */
function policies(registered: Registered): PolicyObject[] {
    return registered.resources
        .filter(({ parent }) => parent.endsWith("::catalog-callers"))
        .map(({ inputs }) => inputs as unknown as PolicyObject);
}

describe("examples/consumer", () => {
    after(() => {
        pulumi.runtime.setAllConfig({});
    });

    it("lets one team's tasks ask for products, and another team's neither by the mesh nor by the network", async () => {
        const { registered } = await deployed();
        const objects = policies(registered);
        assert.ok(objects.length >= 8, String(objects.length));
        const labels = registered.input("catalog-deployment", "spec.template.metadata.labels") as Record<
            string,
            string
        >;
        const pod = { namespace: "catalog", labels, defaultPolicy: "deny" } as const;
        const ask = (namespace: string, path: string) =>
            meshDecision(objects, {
                identity: { namespace, serviceAccount: "airflow-task" },
                address: "10.0.0.9",
                pod,
                port: 8080,
                request: { method: "GET", path },
            }).allowed;
        assert.ok(ask("team-analytics", "/products/7"));
        assert.ok(!ask("team-analytics", "/anything"));
        assert.ok(!ask("team-billing", "/products/7"));
        const reach = (namespace: string) =>
            networkDecision(objects, {
                from: { address: "10.0.0.9", pod: { namespace, labels: {} } },
                to: { address: "10.0.0.8", pod },
                port: 4143,
            });
        assert.ok(reach("team-analytics"));
        assert.ok(!reach("team-billing"));
    });

    it("has policies for the port that the pods listen on and for the path of their probe", async () => {
        const { registered } = await deployed();
        const container = "spec.template.spec.containers.0";
        assert.equal(registered.input("catalog-deployment", `${container}.ports.0.containerPort`), 8080);
        const probe = registered.input("catalog-deployment", `${container}.readinessProbe.httpGet.path`);
        const labels = registered.input("catalog-deployment", "spec.template.metadata.labels") as Record<
            string,
            string
        >;
        const asked = meshDecision(policies(registered), {
            identity: undefined,
            address: "10.0.0.1",
            pod: { namespace: "catalog", labels, defaultPolicy: "deny" },
            port: 8080,
            request: { method: "GET", path: String(probe) },
        });
        assert.ok(asked.allowed, asked.because);
    });

    it("makes pods with a proxy, after their policies", async () => {
        const { registered } = await deployed();
        assert.equal(
            registered.input("catalog-namespace-namespace", "metadata.annotations.linkerd\\.io/inject"),
            "enabled",
        );
        assert.ok(registered.everythingBefore("catalog-deployment").has("catalog-callers-catalog-server-catalog.8080"));
    });

    it("gives what the platform's stack file takes as an entry of calls", async () => {
        const { made, registered } = await deployed();
        for (const [key, schema] of Object.entries(callKeys)) {
            schema.parse((made.teamCall as unknown as Record<string, unknown>)[key]);
        }
        assert.deepEqual(made.teamCall.labels, registered.input("catalog-service", "spec.selector"));
        assert.equal(made.teamCall.service, registered.input("catalog-service", "metadata.name"));
        assert.equal(made.teamCall.serviceAccount, registered.input("catalog-account", "metadata.name"));

        const readme = await readFile(join(checkout, "examples", "consumer", "README.md"), "utf8");
        const [, yaml] = /```yaml\n([^`]*)```/.exec(readme) ?? [];
        const shown = parse(yaml ?? "") as Record<string, { calls: unknown[] }[]>;
        assert.deepEqual(shown["airflow-linkerd:teams"]?.[0]?.calls, [made.teamCall]);
    });

    it("has the platform's development stack let that team's tasks out to it", async () => {
        const { made } = await deployed();
        const { config } = parse(await readFile(join(checkout, "Pulumi.dev.yaml"), "utf8")) as {
            config: Record<string, { name: string; calls?: { namespace: string }[] }[]>;
        };
        const calls = config["airflow-linkerd:teams"]?.flatMap(({ name, calls: all }) =>
            (all ?? []).filter(({ namespace }) => namespace === "catalog").map((call) => ({ ...call, team: name })),
        );
        const reason = "examples/dags/analytics/products.py calls the service of examples/consumer";
        assert.deepEqual(calls, [{ ...made.teamCall, reason, team: "analytics" }]);
    });

    it("fails for a team that the platform does not have", async () => {
        const { PlatformReference } = await import("../../../components/index.ts");
        const { made } = await underMocks([], () => new PlatformReference("platform", { stack: platformStack }), {
            stacks,
        });
        assert.match(await failure(made.team("sales").namespace), /has no team "sales".*analytics, billing/);
    });

    it("has a stack whose file gives each key that the project declares and the program reads", async () => {
        const folder = join(checkout, "examples", "consumer");
        const project = parse(await readFile(join(folder, "Pulumi.yaml"), "utf8")) as { config: object };
        const stack = parse(await readFile(join(folder, "Pulumi.dev.yaml"), "utf8")) as {
            config: Record<string, string>;
        };
        assert.deepEqual(Object.keys(stack.config), Object.keys(project.config));
        assert.equal(stack.config["catalog:platformStack"], platformStack);

        pulumi.runtime.setAllConfig(stack.config);
        const { made } = await underMocks(kinds, () => import("../../../examples/consumer/index.ts"), { stacks });
        const { default: outputs } = await made;
        await settled();
        assert.equal(outputs.teamCall.namespace, "catalog");
    });
});
