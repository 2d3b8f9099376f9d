import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkout } from "../../../rehearsal/place.ts";
import { canary, sampleSecrets } from "../../support/sample-secrets.ts";
import { ApiServerDouble, podList } from "./api-server-double.ts";

interface Ended {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

const recording = join(import.meta.dirname, "recording");

/** `npm run doctor` with these options. */
function doctor(...options: string[]): Promise<Ended> {
    const main = join(checkout, "operations", "doctor", "main.ts");
    return new Promise((resolve) => {
        execFile(process.execPath, [main, ...options], { cwd: checkout }, (error, stdout, stderr) => {
            resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
        });
    });
}

const production = ["--audit", "--stack", "prod.example"];

describe("npm run doctor", function () {
    this.timeout("2m");

    it("prints one JSON document, and ends with an error where nothing was expected", async () => {
        const { code, stdout, stderr } = await doctor(...production, "--scrape", recording, "--json", "--expect-none");
        assert.deepEqual([code, stderr], [1, ""]);
        const { findings, proxies, notRead } = JSON.parse(stdout) as {
            findings: object[];
            proxies: number;
            notRead: object[];
        };
        assert.deepEqual([findings.length, proxies, notRead], [18, 5, []]);
        assert.deepEqual(Object.keys(findings[0] ?? {}).sort(), [
            "advice",
            "caller",
            "certain",
            "count",
            "direction",
            "outcome",
            "path",
            "port",
            "target",
        ]);
    });

    it("does not end with an error for what is only perhaps refused", async () => {
        const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-doctor-"));
        try {
            const perhaps = join(folder, "perhaps.prom");
            const labels =
                'target_port="4191",srv_kind="server",srv_name="proxies.4191",route_kind="HTTPRoute",' +
                'route_name="proxies.4191.probes",authz_kind="default",authz_name="audit",tls="no_identity"';
            const pod = { namespace: "airflow", name: "a", labels: { "linkerd.io/control-plane-ns": "linkerd" } };
            writeFileSync(perhaps, `# pod: ${JSON.stringify(pod)}\ninbound_http_authz_allow_total{${labels}} 1\n`);
            const { code, stdout } = await doctor(...production, "--scrape", perhaps, "--expect-none");
            assert.equal(code, 0);
            assert.match(stdout, /\n1 proxy read: 0 kinds of calls without a row, 1 perhaps\./);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("reads a cluster, keeps what it read, and ends with an error where a proxy is missing", async () => {
        const audited =
            'inbound_tcp_authz_allow_total{target_port="9",srv_kind="default",srv_name="audit",authz_kind="default",' +
            'authz_name="audit",tls="true",client_id="a.b.serviceaccount.identity.linkerd.cluster.local"} 1\n';
        const empty = podList();
        const cluster = new ApiServerDouble({
            "/api/v1/namespaces/airflow/pods": podList("one", "two"),
            ...Object.fromEntries(
                ["airflow-tasks", "cert-manager", "entrance", "linkerd", "linkerd-viz", "load-balancer"].map((name) => [
                    `/api/v1/namespaces/${name}/pods`,
                    empty,
                ]),
            ),
            "/api/v1/namespaces/airflow/pods/one:4191/proxy/metrics": [200, audited],
            "/api/v1/namespaces/airflow/pods/two:4191/proxy/metrics": [500, ""],
        });
        const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-doctor-"));
        try {
            const kubeconfig = join(folder, "kubeconfig");
            writeFileSync(kubeconfig, await cluster.start());
            const kept = join(folder, "kept");
            const { code, stdout, stderr } = await doctor(...production, "--kubeconfig", kubeconfig, "--record", kept);
            assert.equal(code, 1);
            assert.match(stdout, /^account b\/a +airflow\/one +9 /m);
            assert.match(stderr, /^reading the proxies of context here\nnot read: airflow\/two: .*HTTP 500\n$/);
            assert.deepEqual(readdirSync(kept), ["airflow.one.prom"]);
            assert.equal((await doctor(...production, "--scrape", kept)).stdout, stdout);
        } finally {
            await cluster.stop();
            rmSync(folder, { recursive: true });
        }
    });

    it("shows no secret of the stack's file or of an error, in whatever it says", async () => {
        const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-doctor-"));
        try {
            const file = join(folder, "stack.yaml");
            const sections = { "airflow-linkerd:tags": { owner: sampleSecrets["a token of GitHub"] } };
            writeFileSync(file, JSON.stringify({ config: sections }));
            const refused = await doctor(...production, "--config-file", file);
            assert.equal(refused.code, 1);
            assert.match(refused.stderr, /airflow-linkerd:tags\.owner holds a token of GitHub:/);
            // What a parser says of a broken file quotes the lines around the fault.
            const kubeconfig = join(folder, "kubeconfig");
            writeFileSync(kubeconfig, `users:\n- name: me\n  user:\n    token: ${canary}\n   x: [\n`);
            const failed = await doctor(...production, "--kubeconfig", kubeconfig);
            assert.equal(failed.code, 1);
            assert.match(failed.stderr, /token: \[hidden\]/);
            for (const { stdout, stderr } of [refused, failed]) {
                assert.ok(!(stdout + stderr).includes(canary), stderr);
            }
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("says what exists where nothing is asked for", async () => {
        const { code, stdout, stderr } = await doctor();
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /^usage: npm run doctor -- --audit/);
    });

    it("says in one line what is wrong, and ends with an error", async () => {
        const { code, stdout, stderr } = await doctor(...production, "--config-file", "none.yaml");
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, /^error: stack prod\.example has no file none\.yaml: name the stack with --stack.*\n$/);
    });
});
