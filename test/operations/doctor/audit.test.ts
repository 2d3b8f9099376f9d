import assert from "node:assert/strict";
import { join } from "node:path";

import { decidedByRows, type Workload } from "../../../components/connection.ts";
import { PolicyMode } from "../../../components/mesh/policy/objects/server.ts";
import { policyName } from "../../../components/mesh/policy/objects/policy-name.ts";
import { type Audit, audit } from "../../../operations/doctor/audit/audit.ts";
import { type RawScrape } from "../../../operations/doctor/proxies/proxy-scrape.ts";
import { readRecording } from "../../../operations/doctor/proxies/recording.ts";
import { type StackRows } from "../../../operations/doctor/stack-rows.ts";
import { exampleRows } from "./example-rows.ts";

const recording = join(import.meta.dirname, "recording");
const byAudit = 'authz_group="",authz_kind="default",authz_name="audit"';
const noRoute = 'route_group="",route_kind="default",route_name="default"';
const routed = (name: string) => `route_group="policy.linkerd.io",route_kind="HTTPRoute",route_name="${name}"`;
const identity = (serviceAccount: string, namespace: string) =>
    `tls="true",client_id="${serviceAccount}.${namespace}.serviceaccount.identity.linkerd.cluster.local"`;

function scrapeOf(
    { namespace, name, labels }: Pick<Workload, "namespace" | "name" | "labels">,
    ...lines: string[]
): RawScrape {
    return { pod: { namespace, name: `${name}-1`, labels }, text: lines.join("\n") };
}

describe("an audit of the production example", () => {
    let rows: StackRows;
    let found: Audit;

    before(async () => {
        rows = await exampleRows();
        found = audit(readRecording(recording), rows);
    });

    const finding = (caller: string, target: string, port: number, path = "-") => {
        const alike = found.findings.filter(
            (each) => each.caller === caller && each.target === target && each.port === port && each.path === path,
        );
        assert.equal(alike.length, 1, `${caller} to ${target}:${String(port)} ${path}`);
        return alike[0];
    };
    const otherPath = "none that a row names";

    it("names the caller, the target, the port and the route, and counts", () => {
        assert.deepEqual(finding("airflow-tasks/worker", "airflow/api-server", 8080, otherPath), {
            direction: "in",
            caller: "airflow-tasks/worker",
            target: "airflow/api-server",
            port: 8080,
            path: otherPath,
            count: 7,
            outcome: "let through",
            certain: true,
            advice:
                'no row of airflow/api-server port 8080 names that: the nearest is "tasks"; ' +
                "it takes one of its own, from account airflow-tasks/airflow-task",
        });
    });

    it("says which row would allow a caller that it does not name, over HTTP and over bytes", () => {
        assert.equal(
            finding("airflow/scheduler", "airflow/api-server", 8080, "/execution/*")?.advice,
            'row "tasks" of airflow/api-server port 8080 would allow it with account airflow/airflow-scheduler in its "from"',
        );
        const stranger = finding("account reporting/metabase", "airflow/pgbouncer", 6543);
        assert.equal(stranger?.count, 9);
        assert.match(
            stranger.advice,
            /^row "\w+" of airflow\/pgbouncer port 6543 would allow it with account reporting\/metabase/,
        );
        assert.equal(finding("airflow-tasks/worker", "airflow/pgbouncer", 6543)?.count, 5);
    });

    it("says of a port that no row opens that it takes a row", () => {
        assert.equal(
            finding("airflow/api-server", "airflow/scheduler", 8793)?.advice,
            "no row opens airflow/scheduler port 8793: it takes one of its own, from account airflow/airflow-api-server",
        );
    });

    it("takes a stranger at the API server for people's way in, as long as the stack names none", async () => {
        const advice = (audited: Audit) =>
            audited.findings.find(({ caller }) => caller === "account ingress/ingress")?.advice ?? "";
        assert.equal(
            advice(found),
            "mesh.frontDoor: {namespace: ingress, serviceAccount: ingress, labels: …} if people come through it",
        );
        const frontDoor = { namespace: "entrance", serviceAccount: "entrance", labels: { app: "entrance" } };
        assert.match(
            advice(audit(readRecording(recording), await exampleRows({ frontDoor }))),
            /^no row of airflow\/api-server/,
        );
    });

    it("tells a caller without an identity from others, and from what a row may allow by its address", () => {
        assert.deepEqual(
            [finding("no identity", "airflow/api-server", 8080, otherPath)].map((each) => [
                each?.count,
                each?.certain,
                each?.advice,
            ]),
            [
                [
                    4,
                    true,
                    "no row can name a caller without an identity: give its pod a proxy, and mesh.frontDoor if people come through it",
                ],
            ],
        );
        const probe = finding("no identity", "airflow/api-server", 8080, "GET /api/v2/monitor/health");
        assert.equal(probe?.certain, false);
        assert.match(probe.advice, /^row "health" allows it from 10\.40\.0\.0\/16:/);
    });

    it("does not take its own reading of metrics for certain", () => {
        const own = finding("no identity", "airflow/api-server", 4191, "GET /metrics");
        assert.deepEqual([own?.count, own?.certain], [3, false]);
    });

    it("tells what is refused already from what is let through", () => {
        const refused = found.findings.filter(({ outcome }) => outcome === "refused");
        assert.deepEqual(
            refused.map(({ caller, target, port, count }) => [caller, target, port, count]),
            [["no identity", "airflow/pgbouncer", 6543, 2]],
        );
    });

    it("adds up the pods of a workload, and gives the entry that opens a host for it", () => {
        const host = finding("airflow-tasks/worker", "api.example.com", 443);
        assert.equal(host?.count, 20);
        assert.equal(host.advice, "mesh.egress: [{hosts: [api.example.com], from: tasks, reason: …}]");
        assert.equal(
            finding("airflow/api-server", "graph.example.com", 8443)?.advice,
            "mesh.egress: [{hosts: [graph.example.com], port: 8443, from: api-server, reason: …}]",
        );
    });

    it("gives no entry where no key opens anything", () => {
        assert.match(
            finding("airflow/scheduler", "pypi.org", 443)?.advice ?? "",
            /^no key opens hosts for this workload/,
        );
        assert.match(
            finding("airflow-tasks/worker", "a host without a name", 443)?.advice ?? "",
            /^its TLS names no server/,
        );
        const plain = finding("airflow-tasks/worker", "a host without a name", 80);
        assert.equal(plain?.count, 4);
        assert.match(plain.advice, /^no key opens what comes without TLS/);
        assert.match(
            finding("airflow-tasks/worker", "203.0.113.9", 5432)?.advice ?? "",
            /addresses: 203\.0\.113\.9 port 5432$/,
        );
    });

    it("finds what the mesh would let out by another's row, and the network would not", () => {
        assert.match(
            finding("airflow/scheduler", "github.com", 443)?.advice ?? "",
            /^row "dags-https-443" leads there for other pods of the namespace; for this one the network stays shut/,
        );
    });

    it("finds nothing in what the entry opens that it gave", async () => {
        const egress = [{ hosts: ["api.example.com"], from: "tasks", reason: "the warehouse" }];
        const { findings, allowed } = audit(readRecording(recording), await exampleRows({ egress }));
        assert.equal(findings.length, found.findings.length - 1);
        assert.equal(allowed, found.allowed + 20);
    });

    it("lists nothing that a row allows, though the proxy counted it under the audit's name", () => {
        assert.equal(found.allowed, 96 + 40 + 14 + 11 + 2);
        assert.equal(found.findings.length, 18);
        assert.equal(found.proxies, 5);
    });

    it("allows every row's callers, and nobody else, in each row's own series", () => {
        let seen = 0;
        for (const { name, from, to, port, only } of rows.table.connections.filter(({ to, port }) =>
            decidedByRows(to, port),
        )) {
            const series =
                `inbound_http_authz_allow_total{target_port="${String(port.number)}",srv_group="policy.linkerd.io",srv_kind="server",` +
                `srv_name="${policyName(to.name, port.number)}",${only ? routed(policyName(to.name, port.number, name)) : noRoute},${byAudit},`;
            const findingsFor = (caller: string) => audit([scrapeOf(to, `${series}${caller}} 1`)], rows).findings;
            for (const caller of from) {
                if (caller.kind === "workload") {
                    assert.deepEqual(findingsFor(identity(caller.serviceAccount ?? "", caller.namespace)), [], name);
                    seen += 1;
                }
            }
            assert.equal(findingsFor(identity("thief", "elsewhere")).length, 1, name);
        }
        assert.ok(seen > 10, String(seen));
    });

    it("allows what goes to an address that a row opens, and not to the network around it", () => {
        const left = (network: string) => {
            const scrape = scrapeOf(
                {
                    namespace: "airflow-tasks",
                    name: "worker",
                    labels: { tier: "airflow", component: "worker", release: "airflow" },
                },
                `outbound_http_route_request_statuses_total{parent_kind="EgressNetwork",parent_name="${network}",parent_port="80",` +
                    'route_kind="default",route_name="http-egress-allow",hostname=""} 1',
                `inbound_tcp_authz_allow_total{target_port="1",${byAudit}} 0`,
            );
            return audit([scrape], rows).findings.length;
        };
        assert.equal(left("outside.aws-credentials"), 0);
        assert.equal(left("outside"), 1);
    });

    it("passes over what is called through a Service, and what was never called", () => {
        const { findings } = audit(
            [
                scrapeOf(
                    { namespace: "airflow-tasks", name: "worker", labels: {} },
                    'outbound_http_route_request_statuses_total{parent_kind="Service",parent_name="airflow-api-server",parent_port="8080",route_kind="default",route_name="http"} 9',
                    `inbound_tcp_authz_allow_total{target_port="1",${byAudit}} 0`,
                ),
            ],
            rows,
        );
        assert.deepEqual(findings, []);
    });

    it("is refused where nothing shows that anything is audited", () => {
        const quiet = [
            scrapeOf({ namespace: "airflow-tasks", name: "worker", labels: {} }, "process_start_time_seconds 1"),
        ];
        assert.throws(
            () => audit(quiet, rows),
            /^Error: No proxy of 1 counts anything for an audit, though the stack says mesh\.policy: audit\. Bring/,
        );
        assert.throws(
            () => audit(quiet, { ...rows, mode: PolicyMode.enforce }),
            /^Error: No proxy of 1 counts anything for an audit: the stack says mesh\.policy: enforce\. Set it to audit/,
        );
    });

    it("is refused where a text is no proxy's", () => {
        const worker = { namespace: "airflow-tasks", name: "worker", labels: {} };
        assert.throws(
            () => audit([scrapeOf(worker, "<html>")], rows),
            /metrics of airflow-tasks\/worker-1: line 1 is "<html>"/,
        );
        assert.throws(
            () => audit([scrapeOf(worker, `inbound_tcp_authz_allow_total{target_port="http",${byAudit}} 1`)], rows),
            /inbound_tcp_authz_allow_total has "http" as its port/,
        );
    });
});
