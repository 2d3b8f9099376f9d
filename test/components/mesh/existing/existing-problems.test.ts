import assert from "node:assert/strict";

import { existingProblems } from "../../../../components/mesh/existing/existing-problems.ts";
import { neededGatewayKinds } from "../../../../components/mesh/existing/gateway-api-problems.ts";
import { type ExistingParts, type ForeignParts } from "../../../../components/mesh/existing/parts.ts";
import { problemText } from "../../../../components/problem.ts";

const owner = { text: "the Helm release issuing in namespace certs" };
const certManager = {
    namespace: "certs",
    owner,
    version: "v1.21.2",
    args: ["--v=2", "--cluster-resource-namespace=$(POD_NAMESPACE)"],
    available: true,
};
const trustManager = { ...certManager, version: "v0.25.0", args: ["--trust-namespace=roots"] };
const gatewayApi = { owner, version: "v1.5.1", names: neededGatewayKinds };
const nothing: ForeignParts = { clusterIssuers: [], forbidden: [], leftOver: {} };
const all: ExistingParts = {
    certManager: { namespace: "certs" },
    trustManager: { namespace: "roots" },
    gatewayApi: true,
};
const none: ExistingParts = { gatewayApi: false };

const said = (found: ForeignParts, wanted: ExistingParts) =>
    existingProblems(found, wanted).map((problem) => problemText(problem));

describe("what a cluster has already", () => {
    it("may be nothing, or all that the stack says", () => {
        assert.deepEqual(said(nothing, none), []);
        assert.deepEqual(said({ ...nothing, certManager, trustManager, gatewayApi }, all), []);
    });

    it("is refused where the stack does not say so, by the key that would and with the owner", () => {
        assert.deepEqual(said({ ...nothing, certManager, trustManager, gatewayApi, linkerd: certManager }, none), [
            "existing.certManager is in namespace certs already, as v1.21.2, and belongs to the Helm release issuing in namespace certs: two would fight over every certificate. Use it with existing.certManager: {namespace: certs}, or remove it.",
            "existing.trustManager is in namespace certs already, as v0.25.0, and belongs to the Helm release issuing in namespace certs: two would fight over every bundle. Use it with existing.trustManager: {namespace: roots}, its trust namespace, and the cert-manager with it, or remove it.",
            "existing.gatewayApi is in the cluster already, as v1.5.1, and belongs to the Helm release issuing in namespace certs: whoever owns the definitions decides on their version. Use them with existing.gatewayApi: true, or remove them with all that is made by them.",
            "existing.linkerd is in namespace certs already, and belongs to the Helm release issuing in namespace certs: a cluster has one Linkerd, and this platform rests on how its own is set up. Remove that one, or deploy to another cluster.",
        ]);
    });

    it("is refused where the stack says so and it is not, or is elsewhere", () => {
        assert.deepEqual(said(nothing, all), [
            'existing.certManager.namespace is "certs": the cluster has no cert-manager of somebody else\'s. Leave the key out: the stack brings one.',
            'existing.trustManager.namespace is "roots": the cluster has no trust-manager of somebody else\'s. Leave the key out: the stack brings one.',
            "existing.gatewayApi is true: the cluster has no definitions of Gateway API. Leave the key out: the stack brings them.",
        ]);
        assert.deepEqual(
            said(
                {
                    ...nothing,
                    certManager: { ...certManager, namespace: "elsewhere" },
                    trustManager: { ...trustManager, args: [] },
                    gatewayApi,
                },
                all,
            ),
            [
                'existing.certManager.namespace is "certs": the cert-manager of the cluster is in namespace elsewhere. Name that.',
                'existing.trustManager.namespace is "roots": the one in namespace certs takes roots from namespace cert-manager. Name that.',
            ],
        );
    });

    it("is refused where it cannot be used, with every reason at once", () => {
        const certs = {
            ...certManager,
            version: "v1.14.3",
            available: false,
            args: [
                "--namespace=certs",
                "--cluster-resource-namespace=kube-system",
                "--controllers=*,-certificaterequests-approver",
            ],
        };
        assert.deepEqual(
            said({ ...nothing, certManager: certs }, { ...none, certManager: { namespace: "certs" } }),
            [
                "the cert-manager there is v1.14.3, and the mesh needs 1.21. Have it raised: it belongs to the Helm release issuing in namespace certs.",
                "the cert-manager there has no pod that is ready. See to it, or to whom it belongs: the Helm release issuing in namespace certs.",
                "it is started with --namespace=certs: it serves that namespace alone, and the mesh has three. Start it without.",
                "it looks for the keys of cluster issuers in namespace kube-system, and the stack puts them beside it. Start it with --cluster-resource-namespace=certs.",
                "it is started with --controllers=*,-certificaterequests-approver, so a policy approves each request. Let requests for the ClusterIssuers linkerd-signing-ca and linkerd-webhook-ca be approved by cert-manager itself, or use one without such a policy.",
            ].map((rule) => `existing.certManager.namespace is "certs": ${rule}`),
        );
        assert.deepEqual(
            said(
                {
                    ...nothing,
                    gatewayApi: { ...gatewayApi, version: "v0.8.1", names: ["httproutes.gateway.networking.k8s.io"] },
                },
                { gatewayApi: true },
            ),
            [
                "existing.gatewayApi is true: the definitions there are of v0.8.1, and Linkerd needs 1.2. Have them raised: they belong to the Helm release issuing in namespace certs.",
                "existing.gatewayApi is true: grpcroutes.gateway.networking.k8s.io, tlsroutes.gateway.networking.k8s.io are not among the definitions there. Have the experimental channel installed: they belong to the Helm release issuing in namespace certs.",
            ],
        );
        assert.match(
            said(
                { ...nothing, certManager: { ...certManager, version: undefined } },
                { ...none, certManager: { namespace: "certs" } },
            )[0] ?? "",
            /nothing says which version/,
        );
    });

    it("is refused where the mesh's own authority would take somebody else's place, or may not be made", () => {
        const found = {
            ...nothing,
            certManager,
            clusterIssuers: ["letsencrypt", "linkerd-signing-ca"],
            forbidden: ["create secrets in namespace certs"],
        };
        assert.deepEqual(
            said(found, { ...none, certManager: { namespace: "certs" } }),
            [
                "the cluster has a ClusterIssuer linkerd-signing-ca of somebody else's, and the mesh's authority would take its place. Rename or remove that one.",
                "whoever deploys may not create secrets in namespace certs, which the mesh's authority needs. Have that allowed.",
            ].map((rule) => `existing.certManager.namespace is "certs": ${rule}`),
        );
    });

    it("is refused where only definitions were left, which Helm would stumble over", () => {
        assert.deepEqual(
            said(
                {
                    ...nothing,
                    leftOver: {
                        certManager: { owner, version: undefined, names: ["a.cert-manager.io", "b.cert-manager.io"] },
                    },
                },
                none,
            ),
            [
                "existing.certManager has definitions in the cluster (a.cert-manager.io and 1 more), which belong to the Helm release issuing in namespace certs: nothing there uses them, and Helm would not take them over. Remove them with all that is made by them, or bring back what they belong to.",
            ],
        );
    });

    it("is refused where the definitions of an entrance are somebody else's, and of no concern without one", () => {
        const envoyGateway = {
            owner: { text: "the Helm release eg in namespace gateways" },
            version: undefined,
            names: ["backends.gateway.envoyproxy.io", "envoyproxies.gateway.envoyproxy.io"],
        };
        assert.deepEqual(said({ ...nothing, envoyGateway }, { ...none, entrance: true }), [
            "entrance needs definitions of Envoy Gateway, and others are in the cluster already (backends.gateway.envoyproxy.io " +
                "and 1 more), which belong to the Helm release eg in namespace gateways: two releases would fight over them, and " +
                "what the other one runs by would change under it. Remove that one with all that is made by it, deploy to " +
                "another cluster, or set entrance to {kind: none} and name in mesh.frontDoor by whom people come.",
        ]);
        assert.deepEqual(said({ ...nothing, envoyGateway }, { ...none, entrance: false }), []);
        assert.deepEqual(said({ ...nothing, envoyGateway }, none), []);
    });
});
