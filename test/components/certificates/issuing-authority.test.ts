import assert from "node:assert/strict";

import { IssuingAuthority, IssuingScope } from "../../../components/certificates/issuing-authority.ts";
import { underMocks, value } from "../../support/mocks.ts";

const kinds = ["Certificate", "Issuer", "ClusterIssuer"].map((kind) => `kubernetes:cert-manager.io/v1:${kind}`);
const args = { namespace: "apart", objectName: "thing", commonName: "the thing's authority" };

describe("IssuingAuthority", () => {
    it("can be asked only from its own namespace unless told otherwise", async () => {
        const { made, registered } = await underMocks(kinds, () => new IssuingAuthority("thing", args));
        assert.deepEqual(await value(made.issuerRef), { group: "cert-manager.io", kind: "Issuer", name: "thing-ca" });
        assert.equal(registered.input("thing-issuer", "metadata.namespace"), "apart");
    });

    it("serves the whole cluster when asked to, under a name without a namespace", async () => {
        const { made, registered } = await underMocks(
            kinds,
            () => new IssuingAuthority("thing", { ...args, scope: IssuingScope.cluster }),
        );
        assert.equal((await value(made.issuerRef)).kind, "ClusterIssuer");
        assert.equal(registered.input("thing-issuer", "metadata.namespace"), undefined);
        assert.equal(registered.input("thing-certificate", "metadata.namespace"), "apart");
    });

    it("signs only once its own certificate is there, which never renews itself", async () => {
        const { registered } = await underMocks(kinds, () => new IssuingAuthority("thing", args));
        assert.deepEqual(registered.dependenciesOf("thing-issuer"), ["thing-certificate"]);
        assert.equal(registered.input("thing-issuer", "spec.ca.secretName"), "thing-ca");
        assert.deepEqual(registered.input("thing-certificate", "spec.renewal"), { policy: "Disabled" });
        assert.equal(registered.input("thing-certificate", "spec.isCA"), true);
    });
});
