import assert from "node:assert/strict";

import { EntranceCertificate } from "../../../components/entrance/entrance-certificate.ts";
import { underMocks, value } from "../../support/mocks.ts";

const types = ["kubernetes:cert-manager.io/v1:Issuer", "kubernetes:cert-manager.io/v1:Certificate"];
const hostnames = ["airflow.example.com", "viz.example.com"];

describe("EntranceCertificate", () => {
    it("is for every name, from an authority of the entrance's own unless another is named", async () => {
        const { made, registered } = await underMocks(
            types,
            () => new EntranceCertificate("certificate", { namespace: "entrance", hostnames }),
        );
        assert.deepEqual(registered.input("certificate-served", "spec.dnsNames"), hostnames);
        assert.equal(registered.input("certificate-served", "spec.issuerRef.name"), "entrance-ca");
        assert.equal(await value(made.secretName), "entrance-certificate");
    });

    it("makes no authority beside one that is named", async () => {
        const issuer = { group: "cert-manager.io", kind: "ClusterIssuer", name: "acme" };
        const { registered } = await underMocks(
            types,
            () => new EntranceCertificate("certificate", { namespace: "entrance", hostnames, issuer }),
        );
        assert.deepEqual(registered.input("certificate-served", "spec.issuerRef"), issuer);
        assert.deepEqual(registered.ofType("kubernetes:cert-manager.io/v1:Issuer"), []);
    });
});
