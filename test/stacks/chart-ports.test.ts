import assert from "node:assert/strict";

import { type ConnectionTable } from "../../components/connection.ts";
import { connectionTable } from "../../stacks/connections.ts";
import { values } from "../rehearsal/charts/values.ts";
import { objects, type Rendered, withHelm } from "../rehearsal/charts/helm.ts";
import { exampleStack } from "../support/policy/example-stack.ts";
import { selects } from "../support/policy/linkerd-policy.ts";

/** Whose pods come from charts, by namespace. */
const chartsOf: Readonly<Record<string, readonly string[]>> = {
    airflow: ["airflow"],
    linkerd: ["linkerd-control-plane"],
    "linkerd-viz": ["linkerd-viz"],
    "cert-manager": ["cert-manager", "trust-manager"],
    "load-balancer": ["aws-load-balancer-controller"],
};

interface Container {
    readonly ports?: readonly { readonly containerPort: number; readonly name?: string }[];
    readonly readinessProbe?: { readonly httpGet?: { readonly port: number | string } };
}

describe("ports in the connection table", function () {
    withHelm();

    let table: ConnectionTable;
    const rendered = new Map<string, Rendered[]>();

    before(async function () {
        this.timeout("2m");
        const entrance = {
            kind: "gateway",
            certificate: { kind: "private-ca" },
            loadBalancer: { kind: "nlb" },
        };
        table = connectionTable(
            await exampleStack("prod.example", (sections) => Object.assign(sections, { entrance })),
        );
        assert.ok(table.namespaces.includes("load-balancer"));
        for (const [namespace, charts] of Object.entries(chartsOf)) {
            const all = await Promise.all(charts.map((chart) => objects(chart, values[chart] ?? {})));
            rendered.set(namespace, all.flat());
        }
    });

    it("are those that the charts' pods open, under the rows' labels and accounts", () => {
        const rows = table.connections.filter(({ to }) => to.namespace in chartsOf && to.name !== "proxies");
        assert.ok(rows.length > 20);
        for (const { to, port } of rows) {
            const pods = workloadsOf(rendered.get(to.namespace) ?? []).filter(({ labels }) =>
                selects({ matchLabels: to.labels }, labels),
            );
            assert.equal(pods.length, 1, `${to.namespace}/${to.name} must be one workload of the charts`);
            const [pod] = pods;
            assert.equal(pod?.serviceAccount, to.serviceAccount, to.name);
            // The proxy's own ports are there in every meshed pod, and not in a chart that has its pods injected.
            if (![4190, 4191].includes(port.number)) {
                assert.ok(
                    pod?.ports.includes(port.number),
                    `${to.namespace}/${to.name} opens no ${port.number}: ${pod?.ports.join()}`,
                );
            }
        }
    });

    it("are declared by the Services that the rows name: the mesh refuses others", () => {
        const rows = table.connections.filter(({ to, port }) => to.namespace in chartsOf && port.service !== undefined);
        assert.ok(rows.length > 8);
        for (const { to, port } of rows) {
            const services = (rendered.get(to.namespace) ?? []).filter(
                ({ kind, metadata }) => kind === "Service" && metadata.name === port.service?.name,
            );
            assert.equal(services.length, 1, `there must be a Service ${port.service?.name}`);
            const declared = (services[0]?.spec.ports as { port: number }[]).map((each) => each.port);
            assert.ok(
                declared.includes(port.service?.port ?? 0),
                `${port.service?.name} declares no ${port.service?.port}`,
            );
            const { selector } = services[0]?.spec as { selector: Record<string, string> };
            const labels = workloadsOf(rendered.get(to.namespace) ?? []).find((pod) =>
                selects({ matchLabels: to.labels }, pod.labels),
            )?.labels;
            assert.ok(labels && selects({ matchLabels: selector }, labels), `${port.service?.name} leads to others`);
        }
    });
});

function workloadsOf(all: readonly Rendered[]) {
    return all
        .filter(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(kind))
        .map(({ spec }) => {
            const { metadata, spec: pod } = spec.template as {
                metadata: { labels: Record<string, string> };
                spec: { serviceAccountName: string; containers: Container[]; initContainers?: Container[] };
            };
            const containers = [...pod.containers, ...(pod.initContainers ?? [])];
            return {
                labels: metadata.labels,
                serviceAccount: pod.serviceAccountName,
                // A port that only the kubelet asks is often declared nowhere else.
                ports: containers.flatMap(({ ports = [], readinessProbe }) => [
                    ...ports.map(({ containerPort }) => containerPort),
                    ...[readinessProbe?.httpGet?.port].filter((port) => typeof port === "number"),
                ]),
            };
        });
}
