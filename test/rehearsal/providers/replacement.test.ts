import assert from "node:assert/strict";

import { replacePaths } from "../../../rehearsal/providers/kubernetes/replacement.ts";

const replaced = (kind: string, path: string, keepsData = false): boolean => {
    const [apiVersion = "", name = ""] = kind.includes(" ") ? kind.split(" ") : ["v1", kind];
    return replacePaths(apiVersion, name, [{ path, kind: "update" }], keepsData).length > 0;
};

describe("replacement of Kubernetes objects", () => {
    it("replaces for what the API server keeps as it is", () => {
        const fixed: [string, string][] = [
            ["ConfigMap", "metadata.name"],
            ["Namespace", "metadata.name"],
            ["Secret", "type"],
            ["Service", "spec.clusterIP"],
            ["PersistentVolumeClaim", "spec.resources.requests.storage"],
            ["batch/v1 Job", "spec.template.spec.containers[0].image"],
            ["batch/v1 Job", "spec.selector"],
            ["apps/v1 Deployment", "spec.selector.matchLabels.app"],
            ["apps/v1 StatefulSet", "spec.volumeClaimTemplates[0].spec"],
            ["apps/v1 StatefulSet", "spec.serviceName"],
            ["rbac.authorization.k8s.io/v1 RoleBinding", "roleRef.name"],
            ["cert-manager.io/v1 Certificate", "metadata.namespace"],
        ];
        fixed.forEach(([kind, path]) => assert.ok(replaced(kind, path), `${kind} ${path}`));
    });

    it("updates in place for what may change", () => {
        const free: [string, string][] = [
            ["ConfigMap", "metadata.labels.team"],
            ["ConfigMap", "metadata.namespaced"],
            ["Service", "spec.ports[0].port"],
            ["batch/v1 Job", "spec.templates"],
            ["apps/v1 Deployment", "spec.template.spec.containers[0].image"],
            ["apps/v1 StatefulSet", "spec.replicas"],
            ["cert-manager.io/v1 Certificate", "spec.duration"],
            ["example.org/v1 Job", "spec.template"],
        ];
        free.forEach(([kind, path]) => assert.ok(!replaced(kind, path), `${kind} ${path}`));
    });

    it("replaces a ConfigMap or Secret for its data unless the provider says that they are mutable", () => {
        assert.ok(replaced("ConfigMap", "data.a"));
        assert.ok(replaced("Secret", "stringData.password"));
        assert.ok(!replaced("ConfigMap", "data.a", true));
        assert.ok(!replaced("Secret", "stringData.password", true));
        assert.ok(replaced("Secret", "type", true));
    });

    it("replaces when the part that holds a fixed field comes or goes", () => {
        assert.ok(replaced("apps/v1 Deployment", "spec"));
        assert.ok(replaced("ConfigMap", "data"));
    });
});
