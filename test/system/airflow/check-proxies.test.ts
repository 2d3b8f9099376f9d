import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findPython } from "../../../rehearsal/airflow/python.ts";
import { checkout } from "../../../rehearsal/place.ts";

interface Pod {
    readonly name: string;
    readonly annotations?: Record<string, string>;
    readonly containers?: string[];
    readonly initContainers?: string[];
    readonly hostNetwork?: boolean;
    readonly phase?: string;
    readonly deleted?: boolean;
}

// As much of the Kubernetes client as the script uses, over what the test gives.
const standIn = `
import json, os
from types import SimpleNamespace as S
world = json.loads(os.environ["WORLD"])
def pod(p):
    names = lambda key: [S(name=n) for n in p[key]] if p.get(key) else None
    return S(metadata=S(name=p["name"], annotations=p.get("annotations"), deletion_timestamp="now" if p.get("deleted") else None),
             spec=S(containers=names("containers") or [S(name="app")], init_containers=names("initContainers"), host_network=p.get("hostNetwork")),
             status=S(phase=p.get("phase", "Running")))
class CoreV1Api:
    def read_namespace(self, name): return S(metadata=S(annotations=world[name]["annotations"]))
    def list_namespaced_pod(self, name): return S(items=[pod(p) for p in world[name]["pods"]])
client = S(CoreV1Api=CoreV1Api)
config = S(load_incluster_config=lambda: None)
`;

const meshed = { "linkerd.io/inject": "enabled" };

describe("the check for pods without a proxy", () => {
    const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-proxies-"));
    let python: string;
    before(async () => {
        python = (await findPython()).path;
        mkdirSync(join(folder, "kubernetes"));
        writeFileSync(join(folder, "kubernetes/__init__.py"), standIn);
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    function check(pods: Pod[], annotations: object | null = meshed): { status: number | null; text: string } {
        const world = { airflow: { annotations, pods }, "linkerd-viz": { annotations: null, pods: [] } };
        const script = join(checkout, "components/airflow/jobs/check_proxies.py");
        const env = { PYTHONPATH: folder, WORLD: JSON.stringify(world), NAMESPACES: "airflow,linkerd-viz" };
        const { status, stdout, stderr } = spawnSync(python, [script], { env, encoding: "utf8" });
        return { status, text: stdout + stderr };
    }

    it("passes where every pod has one, as a sidecar or beside the others", () => {
        const { status, text } = check([
            { name: "api-server", initContainers: ["linkerd-init", "linkerd-proxy"] },
            { name: "identity", containers: ["identity", "linkerd-proxy"] },
        ]);
        assert.equal(status, 0, text);
        assert.match(text, /Looked at 2 pods/);
    });

    it("fails with the names of those that have none", () => {
        const { status, text } = check([
            { name: "scheduler" },
            { name: "worker", initContainers: ["linkerd-init"] },
            { name: "api-server", initContainers: ["linkerd-proxy"] },
        ]);
        assert.equal(status, 1);
        assert.match(text, /airflow\/scheduler, airflow\/worker\. /);
        assert.doesNotMatch(text, /api-server/);
    });

    it("takes a pod's own word before its namespace's", () => {
        assert.equal(check([{ name: "one", annotations: meshed }], null).status, 1);
        assert.equal(check([{ name: "one", annotations: { "linkerd.io/inject": "disabled" } }]).status, 0);
    });

    const others: [which: string, pod: Partial<Pod>][] = [
        ["is on the node's network", { hostNetwork: true }],
        ["has ended", { phase: "Succeeded" }],
        ["has failed", { phase: "Failed" }],
        ["is being deleted", { deleted: true }],
    ];
    for (const [which, pod] of others) {
        it(`leaves out a pod that ${which}`, () => {
            assert.equal(check([{ name: "one", ...pod }]).status, 0);
        });
    }
});
