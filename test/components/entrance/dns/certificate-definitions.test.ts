import assert from "node:assert/strict";

import { AcmeIssuer } from "../../../../components/entrance/dns/acme-issuer.ts";
import { EntranceCertificate } from "../../../../components/entrance/entrance-certificate.ts";
import { plainMap } from "../../../../rehearsal/engine/values/secrecy.ts";
import { definitions, moduleFiles } from "../../../../rehearsal/charts/sources.ts";
import { definitionSchema, schemaProblems } from "../../../support/definition-schema.ts";
import { underMocks } from "../../../support/mocks.ts";

const api = "cert-manager.io/v1";
const kinds = ["Issuer", "Certificate"];

describe("what the entrance says to cert-manager", function () {
    // Go modules may have to be downloaded first.
    this.timeout("3m");

    let files: string[];
    before(async () => {
        const source = definitions["cert-manager"];
        assert.ok(source);
        files = [...(await moduleFiles(source)).values()];
    });

    async function made() {
        const namespace = "entrance";
        const hostnames = ["airflow.example.com"];
        const { registered } = await underMocks(
            [
                ...kinds.map((kind) => `kubernetes:${api}:${kind}`),
                "kubernetes:core/v1:ServiceAccount",
                "kubernetes:rbac.authorization.k8s.io/v1:Role",
                "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
            ],
            () => {
                const { issuerRef: issuer } = new AcmeIssuer("acme", {
                    namespace,
                    server: "https://acme.example.com/directory",
                    email: "platform@example.com",
                    hostnames,
                    route53: {
                        zoneId: "ZNAMES",
                        region: "eu-central-1",
                        roleArn: "arn:aws:iam::123456789012:role/airflow-prod-entrance-entrance-proof",
                    },
                    certManager: { namespace: "cert-manager", serviceAccount: "cert-manager" },
                });
                return new EntranceCertificate("certificate", { namespace, hostnames, issuer });
            },
        );
        return registered.resources.filter(({ type }) => type.startsWith(`kubernetes:${api}:`));
    }

    it("is what its definitions take", async () => {
        const objects = await made();
        assert.deepEqual(objects.map(({ type }) => type.split(":").at(-1)).sort(), ["Certificate", "Issuer"]);
        for (const { name, inputs } of objects) {
            const { kind, spec } = plainMap(inputs);
            const problems = schemaProblems(definitionSchema(files, api, String(kind)), { spec, metadata: {} });
            assert.deepEqual(
                problems.filter((problem) => !problem.startsWith(".metadata")),
                [],
                name,
            );
        }
    });
});
