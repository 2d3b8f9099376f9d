import assert from "node:assert/strict";

import { Protocol, type Workload } from "../../../components/connection.ts";
import { PolicyMode } from "../../../components/mesh/policy/objects/server.ts";
import { audit } from "../../../operations/doctor/audit/audit.ts";
import { type StackRows } from "../../../operations/doctor/stack-rows.ts";
import { exampleRows } from "./example-rows.ts";

const counted = 'authz_kind="default",authz_name="audit"';
/** Shows that the pod is in an audit, and adds nothing to it. */
const auditing = `inbound_tcp_authz_allow_total{target_port="1",${counted}} 0`;
const account = (serviceAccount: string, namespace = "airflow") =>
    `client_id="${serviceAccount}.${namespace}.serviceaccount.identity.linkerd.cluster.local"`;

/** What the audit says of one series that a pod of this part of Airflow has. */
function judge(rows: StackRows, component: string, ...series: string[]) {
    const labels = { tier: "airflow", component, release: "airflow", "linkerd.io/control-plane-ns": "linkerd" };
    const text = [auditing, ...series].join("\n");
    const namespace = component === "worker" ? "airflow-tasks" : "airflow";
    return audit([{ pod: { namespace, name: `${component}-1`, labels }, text }], rows).findings;
}

function left(host: string, { route = "tls-egress-allow", port = 443 } = {}): string {
    const kind = route.startsWith("outside.") ? "TLSRoute" : "default";
    return (
        'outbound_tls_route_open_total{parent_kind="EgressNetwork",parent_name="outside",' +
        `parent_port="${String(port)}",route_kind="${kind}",route_name="${route}",hostname="${host}"} 1`
    );
}

describe("what an audit makes of a call", () => {
    let rows: StackRows;

    before(async () => {
        const egress = [{ hosts: ["*.warehouse.example.com"], port: 8443, from: "tasks", reason: "the warehouse" }];
        rows = await exampleRows({ egress });
    });

    it("is nothing where another of Linkerd's own policies let it in, as a probe", () => {
        const probe = 'inbound_http_authz_allow_total{target_port="8080",authz_kind="default",authz_name="probe"} 5';
        assert.deepEqual(judge(rows, "scheduler", probe), []);
    });

    it("is listed where it was refused, though a row allows it now", () => {
        const denied = `inbound_tcp_authz_deny_total{target_port="6543",${account("airflow-scheduler")}} 2`;
        const [inbound, ...more] = judge(rows, "pgbouncer", denied);
        assert.deepEqual(more, []);
        assert.deepEqual([inbound?.outcome, inbound?.count], ["refused", 2]);
        assert.match(inbound?.advice ?? "", /^row "\w+" allows it now: the proxy counted before it knew of that row$/);

        const [outbound] = judge(rows, "worker", left("github.com", { route: "tls-egress-deny" }));
        assert.equal(outbound?.outcome, "refused");
        assert.equal(outbound.advice, "a row allows it now: the proxy counted before that row was there");
        assert.equal(judge(rows, "worker", left("gitlab.com", { route: "tls-egress-deny" }))[0]?.outcome, "refused");
    });

    it("is listed where no route was found for it", () => {
        const lost = `inbound_http_route_not_found_total{target_port="8080",${account("airflow-task", "airflow-tasks")}} 3`;
        const [found] = judge(rows, "api-server", lost);
        assert.deepEqual([found?.outcome, found?.count, found?.caller], ["refused", 3, "airflow-tasks/worker"]);
    });

    it("takes a domain for all names below it, and for no other port", () => {
        const all = (host: string, port = 8443) => judge(rows, "worker", left(host, { port })).length;
        assert.equal(all("a.warehouse.example.com"), 0);
        assert.equal(all("a.b.warehouse.example.com"), 0);
        assert.equal(all("warehouse.example.com"), 1);
        assert.equal(all("awarehouse.example.com"), 1);
        assert.equal(all("a.warehouse.example.com", 443), 1);
    });

    it("allows a host by another pod's route where an own row opens the port", () => {
        const route = "outside.dags-https-443";
        assert.deepEqual(judge(rows, "api-server", left("github.com", { route })), []);
        assert.equal(judge(rows, "scheduler", left("github.com", { route })).length, 1);
    });

    it("knows each of the routes that a row with many hosts is made into", () => {
        assert.deepEqual(judge(rows, "worker", left("later.example.com", { route: "outside.dags-https-443.2" })), []);
        assert.equal(judge(rows, "worker", left("later.example.com", { route: "outside.dags-https-4433" })).length, 1);
    });

    it("takes for its own reading what reads metrics, and nothing else of a proxy", () => {
        const call = (port: number, route: string) =>
            `inbound_http_authz_allow_total{target_port="${String(port)}",${route},${counted},tls="no_identity"} 1`;
        const certain = (series: string) => judge(rows, "scheduler", series).map((each) => each.certain);
        assert.deepEqual(certain(call(4191, 'route_kind="HTTPRoute",route_name="proxies.4191.metrics"')), [false]);
        assert.deepEqual(certain(call(4191, 'route_kind="HTTPRoute",route_name="proxies.4191.anything-else"')), [true]);
        assert.deepEqual(certain(call(4190, 'route_kind="default",route_name="default"')), [true]);
    });

    it("lists the most frequent first", () => {
        const call = (caller: string, count: number) =>
            `inbound_tcp_authz_allow_total{target_port="6543",${counted},${account(caller)}} ${String(count)}`;
        const series = [call("a", 2), call("b", 30), call("c", 4)];
        assert.deepEqual(
            judge(rows, "pgbouncer", ...series).map(({ count }) => count),
            [30, 4, 2],
        );
    });

    it("follows rows for all pods of a namespace, and for all addresses", () => {
        const to: Workload = {
            kind: "workload",
            name: "shop",
            namespace: "airflow",
            serviceAccount: "shop",
            labels: {},
        };
        const port = { number: 9000, protocol: Protocol.opaque };
        const stack = (...from: StackRows["table"]["connections"][number]["from"]): StackRows => ({
            table: {
                connections: [{ name: "all", from, to, port, reason: "A test" }],
                egress: [],
                namespaces: ["airflow"],
            },
            mode: PolicyMode.audit,
            hasFrontDoor: false,
            reach: undefined,
        });
        const call = (caller: string) => `inbound_tcp_authz_allow_total{target_port="9000",${counted},${caller}} 1`;
        const none = call('tls="no_identity"');
        const ofNamespace = (namespace: string) => stack({ kind: "namespace", namespace });
        assert.equal(judge(ofNamespace("airflow"), "any", call(account("any"))).length, 0);
        assert.equal(judge(ofNamespace("town"), "any", call(account("any"))).length, 1);
        assert.equal(judge(ofNamespace("airflow"), "any", none).length, 1);
        const ofAddresses = (cidr: string) => stack({ kind: "addresses", name: "some", cidrs: [cidr] });
        assert.equal(judge(ofAddresses("0.0.0.0/0"), "any", none).length, 0);
        assert.deepEqual(
            judge(ofAddresses("10.0.0.0/8"), "any", none).map((each) => each.certain),
            [false],
        );
    });
});
