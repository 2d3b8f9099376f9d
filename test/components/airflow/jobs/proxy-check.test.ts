import assert from "node:assert/strict";

import { ProxyCheck } from "../../../../components/airflow/jobs/proxy-check.ts";
import { underMocks } from "../../../support/mocks.ts";

const kinds = [
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    "kubernetes:batch/v1:Job",
];

async function check(revisions: Record<string, number> = { airflow: 3, "linkerd-viz": 2 }) {
    const { registered } = await underMocks(
        kinds,
        () => new ProxyCheck("check", { namespace: "airflow", version: "3.3.2", revisions }),
    );
    return registered;
}

describe("ProxyCheck", () => {
    it("looks once after each release that may have made other pods", async () => {
        const name = async (revisions: Record<string, number>) =>
            (await check(revisions)).input("check-job", "metadata.name");
        assert.equal(await name({ airflow: 3, "linkerd-viz": 2 }), "airflow-check-proxies-3-2");
        assert.equal(await name({ airflow: 3, "linkerd-viz": 3 }), "airflow-check-proxies-3-3");
    });

    it("may list pods and look at the namespace, in each of the namespaces, and do nothing else", async () => {
        const registered = await check();
        for (const namespace of ["airflow", "linkerd-viz"]) {
            assert.equal(registered.input(`check-role-${namespace}`, "metadata.namespace"), namespace);
            assert.deepEqual(registered.input(`check-role-${namespace}`, "rules"), [
                { apiGroups: [""], resources: ["namespaces"], resourceNames: [namespace], verbs: ["get"] },
                { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
            ]);
            assert.deepEqual(registered.input(`check-binding-${namespace}`, "subjects"), [
                { kind: "ServiceAccount", name: "airflow-check-proxies", namespace: "airflow" },
            ]);
        }
        assert.ok(registered.dependenciesOf("check-job").includes("check-binding-linkerd-viz"));
    });

    it("says in its pod's status which pods it found, and is made anew when it failed", async () => {
        const registered = await check();
        const container = "spec.template.spec.containers.0";
        assert.equal(registered.input("check-job", `${container}.terminationMessagePolicy`), "FallbackToLogsOnError");
        assert.deepEqual(registered.input("check-job", `${container}.env`), [
            { name: "NAMESPACES", value: "airflow,linkerd-viz" },
        ]);
        assert.deepEqual(registered.input("check-job", "metadata.annotations"), {
            "pulumi.com/replaceUnready": "true",
        });
    });
});
