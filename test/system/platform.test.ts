import assert from "node:assert/strict";

import { type V1Job, type V1Pod } from "@kubernetes/client-node";

import { sharedStage } from "./shared-stage.ts";
import { type CommandResult, type Stage } from "./stage.ts";

const namespacesWithProxies = ["airflow", "linkerd-viz"];

const created = (pod: V1Pod): number => new Date(pod.metadata?.creationTimestamp ?? Number.NaN).getTime();

describe("the dev stack on a real control plane", function () {
    let stage: Stage;
    let first: CommandResult;
    let pods: V1Pod[];

    before(async () => {
        ({ stage, first } = await sharedStage());
        pods = await stage.objects<V1Pod>("pods");
    });

    it("ends with the outputs and a table of what runs", () => {
        assert.match(first.stdout, /trustDomain/);
        assert.match(
            first.stdout,
            /airflow +Deployment\/airflow-scheduler +\d\/\d ready +native sidecar +deny +airflow-scheduler/,
        );
        assert.match(first.stdout, /linkerd +Deployment\/linkerd-identity +1\/1 ready/);
    });

    it("has every deployment ready", () => {
        const rows = first.stdout.split("\n").filter((line) => /(Deployment|StatefulSet)\//.test(line));
        assert.ok(rows.length >= 15, `only ${String(rows.length)} workloads:\n${first.stdout}`);
        assert.deepEqual(
            rows.filter((row) => {
                const [, ready, wanted] = /(\d+)\/(\d+) ready/.exec(row) ?? [];
                return ready === undefined || ready !== wanted;
            }),
            [],
        );
    });

    for (const namespace of namespacesWithProxies) {
        it(`starts the proxy before anything else in every pod of ${namespace}, as a native sidecar`, () => {
            const meshed = pods.filter((pod) => pod.metadata?.namespace === namespace);
            assert.ok(meshed.length > 0, `no pod in ${namespace}`);
            for (const pod of meshed) {
                const [init, proxy] = pod.spec?.initContainers ?? [];
                const name = pod.metadata?.name ?? "";
                assert.equal(init?.name, "linkerd-init", name);
                assert.equal(proxy?.name, "linkerd-proxy", name);
                assert.equal(proxy.restartPolicy, "Always", name);
            }
        });
    }

    it("accepts no plaintext at any Airflow pod", () => {
        for (const pod of pods.filter(({ metadata }) => metadata?.namespace === "airflow")) {
            const proxy = pod.spec?.initContainers?.find(({ name }) => name === "linkerd-proxy");
            const policy = proxy?.env?.find(({ name }) => name === "LINKERD2_PROXY_INBOUND_DEFAULT_POLICY");
            assert.equal(policy?.value, "deny", pod.metadata?.name);
        }
    });

    it("records in every meshed pod which trust roots it was born with", () => {
        const hashes = pods
            .filter(({ metadata }) => namespacesWithProxies.includes(metadata?.namespace ?? ""))
            .map(({ metadata }) => metadata?.annotations?.["linkerd.io/trust-root-sha256"]);
        assert.equal(new Set(hashes).size, 1);
        assert.match(hashes[0] ?? "", /^[0-9a-f]{64}$/);
    });

    it("runs every component under a service account of its own", () => {
        const accounts = new Map<string, string>();
        for (const pod of pods.filter(({ metadata }) => metadata?.namespace === "airflow")) {
            const component = pod.metadata?.labels?.component ?? pod.metadata?.labels?.["app.kubernetes.io/name"] ?? "";
            const account = pod.spec?.serviceAccountName ?? "";
            assert.notEqual(account, "default", pod.metadata?.name);
            assert.ok(accounts.get(account) === undefined || accounts.get(account) === component, account);
            accounts.set(account, component);
        }
        assert.ok(accounts.size >= 6, [...accounts.keys()].join(", "));
    });

    it("completes the migration before the first pod of Airflow is born", async () => {
        const jobs = await stage.objects<V1Job>("jobs");
        const migration = jobs.find(({ metadata }) => metadata?.name?.startsWith("airflow-run-airflow-migrations"));
        assert.equal(migration?.status?.succeeded, 1);
        const completed = new Date(migration.status.completionTime ?? Number.NaN).getTime();
        const components = pods.filter(({ metadata }) =>
            ["scheduler", "api-server", "dag-processor", "triggerer"].includes(metadata?.labels?.component ?? ""),
        );
        assert.ok(components.length >= 4);
        for (const pod of components) {
            assert.ok(created(pod) >= completed, `${pod.metadata?.name ?? ""} was born before the migration ended`);
        }
    });

    it("changes nothing the second time", async () => {
        const { exitCode, stdout, output } = await stage.run("up", ["--json"]);
        assert.equal(exitCode, 0, output);
        const { changeSummary } = JSON.parse(stdout) as { changeSummary: Record<string, number> };
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });

    it("promises no change in a preview either", async () => {
        const { exitCode, stdout, output } = await stage.run("preview", ["--json"]);
        assert.equal(exitCode, 0, output);
        const { changeSummary } = JSON.parse(stdout) as { changeSummary: Record<string, number> };
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });
});
