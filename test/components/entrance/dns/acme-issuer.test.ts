import assert from "node:assert/strict";

import { AcmeIssuer } from "../../../../components/entrance/dns/acme-issuer.ts";
import { underMocks, value } from "../../../support/mocks.ts";

const issuerKind = "kubernetes:cert-manager.io/v1:Issuer";
const kinds = [
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    issuerKind,
];

const roleArn = "arn:aws:iam::123456789012:role/airflow-prod-entrance-entrance-proof";

const made = () =>
    underMocks(
        kinds,
        () =>
            new AcmeIssuer("acme", {
                namespace: "entrance",
                server: "https://acme.example.com/directory",
                email: "platform@example.com",
                hostnames: ["airflow.example.com", "viz.example.com"],
                route53: { zoneId: "ZNAMES", region: "eu-central-1", roleArn },
                certManager: { namespace: "cert-manager", serviceAccount: "cert-manager" },
            }),
    );

describe("AcmeIssuer", () => {
    it("proves its names and no others, by records in one zone", async () => {
        const { registered } = await made();
        assert.deepEqual(registered.input("acme-issuer", "spec.acme"), {
            server: "https://acme.example.com/directory",
            email: "platform@example.com",
            privateKeySecretRef: { name: "entrance-acme-account" },
            solvers: [
                {
                    selector: { dnsNames: ["airflow.example.com", "viz.example.com"] },
                    dns01: {
                        route53: {
                            region: "eu-central-1",
                            hostedZoneID: "ZNAMES",
                            role: roleArn,
                            auth: { kubernetes: { serviceAccountRef: { name: "entrance-proof" } } },
                        },
                    },
                },
            ],
        });
    });

    it("is for its own namespace alone, and ready only once the authority knows the account", async () => {
        const { registered, made: issuer } = await made();
        assert.deepEqual(
            registered.ofType(issuerKind).map(({ name }) => name),
            ["acme-issuer"],
        );
        assert.equal(registered.input("acme-issuer", "metadata.namespace"), "entrance");
        assert.equal(registered.input("acme-issuer", "metadata.annotations.pulumi\\.com/waitFor"), "condition=Ready");
        assert.deepEqual(await value(issuer.issuerRef), {
            group: "cert-manager.io",
            kind: "Issuer",
            name: "entrance-acme",
        });
    });

    it("lets cert-manager have tokens of that one account, and of no other", async () => {
        const { registered } = await made();
        assert.deepEqual(registered.input("acme-token-role", "rules"), [
            {
                apiGroups: [""],
                resources: ["serviceaccounts/token"],
                resourceNames: ["entrance-proof"],
                verbs: ["create"],
            },
        ]);
        assert.deepEqual(registered.input("acme-token-binding", "subjects"), [
            { kind: "ServiceAccount", name: "cert-manager", namespace: "cert-manager" },
        ]);
        assert.equal(registered.input("acme-token-binding", "roleRef.name"), "entrance-proof");
        assert.equal(registered.input("acme-account", "automountServiceAccountToken"), false);
    });

    it("keeps those rights until it is gone: what it left in the zone it takes away with them", async () => {
        const { registered } = await made();
        const before = registered.everythingBefore("acme-issuer");
        for (const needed of ["acme-account", "acme-token-role", "acme-token-binding"]) {
            assert.ok(before.has(needed), needed);
        }
    });
});
