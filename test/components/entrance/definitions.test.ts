import assert from "node:assert/strict";

import { ClientAddress } from "../../../components/entrance/client-rules.ts";
import { Entrance } from "../../../components/entrance/entrance.ts";
import { plainMap } from "../../../rehearsal/engine/values/secrecy.ts";
import { envoyGateway, gatewayApi, moduleFiles } from "../../../rehearsal/charts/sources.ts";
import { definitionSchema, schemaProblems } from "../../support/definition-schema.ts";
import { underMocks } from "../../support/mocks.ts";

const kinds = {
    "gateway.networking.k8s.io/v1": ["GatewayClass", "Gateway", "HTTPRoute"],
    "gateway.networking.k8s.io/v1beta1": ["ReferenceGrant"],
    "gateway.envoyproxy.io/v1alpha1": ["EnvoyProxy", "ClientTrafficPolicy", "BackendTrafficPolicy", "SecurityPolicy"],
};
const types = Object.entries(kinds).flatMap(([api, names]) => names.map((kind) => `kubernetes:${api}:${kind}`));

describe("what the entrance says to Gateway API and Envoy Gateway", function () {
    // Go modules may have to be downloaded first.
    this.timeout("3m");

    let files: string[];
    before(async () => {
        files = [...(await moduleFiles(gatewayApi)).values(), ...(await moduleFiles(envoyGateway)).values()];
    });

    async function made() {
        const { registered } = await underMocks(
            types,
            () =>
                new Entrance("entrance", {
                    namespace: "entrance",
                    certificateSecret: "entrance-certificate",
                    clientAddress: ClientAddress.proxyProtocol,
                    dataPlane: {
                        replicas: 3,
                        loginAuthority: "an authority",
                        images: {
                            mirror: "registry.example.com/mirror",
                            digests: { envoy: `sha256:${"0".repeat(64)}` },
                        },
                    },
                    hosts: [
                        {
                            name: "airflow",
                            hostname: "airflow.example.com",
                            backend: { namespace: "airflow", service: "airflow-api-server", port: 8080 },
                            largestRequest: "8Mi",
                        },
                        {
                            name: "viz",
                            hostname: "viz.example.com",
                            backend: { namespace: "linkerd-viz", service: "web", port: 8084 },
                            access: {
                                groups: ["platform-admins"],
                                login: {
                                    issuer: "https://login.example.com",
                                    clientId: "airflow",
                                    clientSecret: "a secret",
                                    scopes: ["openid"],
                                    groupsClaim: "groups",
                                    keysUrl: "https://login.example.com/keys",
                                    authorizationUrl: "https://login.example.com/authorize",
                                    tokenUrl: "https://login.example.com/token",
                                    contact: "the platform team",
                                },
                            },
                        },
                    ],
                }),
        );
        return registered.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    }

    it("is known to their definitions, key by key", async () => {
        const objects = await made();
        assert.deepEqual([...new Set(objects.map(({ type }) => type))].sort(), [...types].sort());
        const problems = objects.flatMap(({ type, name, inputs }) => {
            const [, api = "", kind = ""] = /^kubernetes:(.+):(\w+)$/.exec(type) ?? [];
            const { spec } = plainMap(inputs);
            return schemaProblems(definitionSchema(files, api, kind), { spec, metadata: {} })
                .filter((problem) => !problem.startsWith(".metadata"))
                .map((problem) => `${name}: ${problem}`);
        });
        assert.deepEqual(problems, []);
    });

    it("would be seen to be wrong", () => {
        const schema = definitionSchema(files, "gateway.envoyproxy.io/v1alpha1", "ClientTrafficPolicy");
        const target = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "entrance" };
        assert.deepEqual(
            schemaProblems(schema, { spec: { targetRefs: [target], tls: { minVersion: "1.4" }, hsts: true } }),
            [".spec.tls.minVersion is 1.4, and no choice", ".spec.hsts is nothing that the definition knows"],
        );
    });
});
