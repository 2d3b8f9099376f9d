import assert from "node:assert/strict";

import { type ClusterReader } from "../../../stacks/existing/cluster-view.ts";
import { foreignParts } from "../../../stacks/existing/foreign-parts.ts";

type Metadata = Record<string, unknown>;

const pulumis = { managedFields: [{ manager: "pulumi-kubernetes-0a1b2c3d" }] };
const helms = (namespace: string) => ({
    managedFields: [{ manager: "helm" }],
    annotations: { "meta.helm.sh/release-name": "certs", "meta.helm.sh/release-namespace": namespace },
});
const certManager = (namespace: string, more: Metadata) => ({
    metadata: {
        name: "cert-manager",
        namespace,
        labels: { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller" },
        ...more,
    },
    spec: { template: { spec: { containers: [{ args: ["--v=2"] }] } } },
});

/** A cluster that answers with these lists. The API server writes an empty one of metadata as null. */
function cluster(lists: {
    deployments?: object[];
    namespaces?: Metadata[];
    definitions?: Metadata[];
    issuers?: Metadata[];
    forbidden?: string;
}): ClusterReader {
    const metadata = (given?: Metadata[]) => given?.map((each) => ({ metadata: each })) ?? null;
    const answers: Record<string, unknown> = {
        "/apis/apps/v1/deployments": lists.deployments ?? [],
        "/api/v1/namespaces": metadata(lists.namespaces),
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions": metadata(lists.definitions),
        "/apis/cert-manager.io/v1/clusterissuers": metadata(lists.issuers),
    };
    return {
        read: (path) => Promise.resolve({ items: answers[path] }),
        may: (_verb, _group, resource) => Promise.resolve(resource !== lists.forbidden),
    };
}

describe("what others put into a cluster", () => {
    it("is nothing in an empty one", async () => {
        assert.deepEqual(await foreignParts(cluster({}), {}), {
            certManager: undefined,
            trustManager: undefined,
            linkerd: undefined,
            gatewayApi: undefined,
            envoyGateway: undefined,
            clusterIssuers: [],
            forbidden: [],
            prometheus: undefined,
            leftOver: {},
        });
    });

    it("is not what an earlier deployment of the stack made", async () => {
        const found = await foreignParts(
            cluster({
                deployments: [certManager("cert-manager", helms("cert-manager"))],
                namespaces: [{ name: "cert-manager", ...pulumis }],
                definitions: [
                    { name: "certificates.cert-manager.io", ...helms("cert-manager") },
                    { name: "clusterissuers.cert-manager.io", ...helms("cert-manager") },
                    { name: "httproutes.gateway.networking.k8s.io", ...pulumis },
                    { name: "backends.gateway.envoyproxy.io", ...pulumis },
                    { name: "servers.policy.linkerd.io", ...helms("linkerd") },
                ],
                issuers: [{ name: "linkerd-signing-ca", ...pulumis }],
            }),
            {},
        );
        assert.deepEqual([found.certManager, found.gatewayApi, found.clusterIssuers], [undefined, undefined, []]);
        assert.equal(found.envoyGateway, undefined);
        assert.deepEqual(found.leftOver, {});
    });

    it("is a controller in a namespace that the stack did not make, whatever that is called", async () => {
        const { certManager: found } = await foreignParts(
            cluster({
                deployments: [certManager("cert-manager", helms("cert-manager"))],
                namespaces: [{ name: "cert-manager", managedFields: [{ manager: "kubectl-create" }] }],
            }),
            {},
        );
        assert.equal(found?.owner.text, "the Helm release certs in namespace cert-manager");
        assert.deepEqual([found.available, found.args], [false, ["--v=2"]]);
    });

    it("is definitions that a release elsewhere left, and the cluster issuers of others", async () => {
        const { leftOver, clusterIssuers } = await foreignParts(
            cluster({
                definitions: [{ name: "clusterissuers.cert-manager.io", ...helms("old") }],
                issuers: [{ name: "letsencrypt" }],
            }),
            {},
        );
        assert.deepEqual(Object.keys(leftOver), ["certManager"]);
        assert.deepEqual(clusterIssuers, ["letsencrypt"]);
    });

    it("belongs to who applied it, and not to the controllers that write its status", async () => {
        const managedFields = [{ manager: "kube-apiserver" }, { manager: "kubectl-client-side-apply" }];
        const { gatewayApi } = await foreignParts(
            cluster({ definitions: [{ name: "httproutes.gateway.networking.k8s.io", managedFields }] }),
            {},
        );
        assert.equal(gatewayApi?.owner.text, "plain manifests, applied by kubectl");
    });

    it("is definitions of Envoy Gateway that are another release's, and not Gateway API's own", async () => {
        const { envoyGateway, gatewayApi } = await foreignParts(
            cluster({
                definitions: [
                    { name: "backends.gateway.envoyproxy.io", ...helms("gateways") },
                    { name: "envoyproxies.gateway.envoyproxy.io", ...helms("gateways") },
                    { name: "httproutes.gateway.networking.k8s.io", ...pulumis },
                ],
            }),
            {},
        );
        assert.equal(envoyGateway?.owner.text, "the Helm release certs in namespace gateways");
        assert.deepEqual(envoyGateway?.names, ["backends.gateway.envoyproxy.io", "envoyproxies.gateway.envoyproxy.io"]);
        assert.equal(gatewayApi, undefined);
    });

    it("comes with what whoever deploys may not do beside it", async () => {
        const wanted = { certManager: { namespace: "certs" }, trustManager: { namespace: "roots" } };
        const { forbidden } = await foreignParts(cluster({ forbidden: "configmaps" }), wanted);
        assert.deepEqual(forbidden, ["create configmaps in namespace roots"]);
    });
});
