import assert from "node:assert/strict";

import { isDeepStrictEqual } from "node:util";

import { plainMap } from "../../rehearsal/engine/values/secrecy.ts";
import { record, type Recorded, type Recording } from "../../rehearsal/recording/recording.ts";

const stack = "prod.example";

describe("a stack that goes from an audit to enforcing", function () {
    this.timeout("2m");

    let audited: Map<string, Recorded>;
    let enforced: Map<string, Recorded>;

    before(async () => {
        const byUrn = ({ resources }: Recording) => new Map(resources.map((resource) => [resource.urn, resource]));
        const mesh = (policy: string) => record(stack, { preview: false, config: { mesh: { policy } } });
        [audited, enforced] = [byUrn(await mesh("audit")), byUrn(await mesh("enforce"))];
    });

    const kindsOf = (resources: Iterable<Recorded>) =>
        [...new Set([...resources].map(({ type }) => type.replace(/^kubernetes:/, "")))].sort();

    it("gets the NetworkPolicies, and loses the routes for what has none", () => {
        const added = [...enforced.values()].filter(({ urn }) => !audited.has(urn));
        const removed = [...audited.values()].filter(({ urn }) => !enforced.has(urn));
        assert.deepEqual(kindsOf(added), ["networking.k8s.io/v1:NetworkPolicy"]);
        assert.ok(added.length > 20);
        assert.deepEqual(kindsOf(removed), ["policy.linkerd.io/v1beta3:HTTPRoute"]);
        assert.deepEqual(
            removed.filter(({ name }) => !name.endsWith(".anything-else")),
            [],
        );
    });

    it("changes what becomes of a call that nothing allows, and nothing else", () => {
        const changed = [...enforced.values()].filter((resource) => {
            const before = audited.get(resource.urn);
            return before !== undefined && !isDeepStrictEqual(plainMap(before.inputs), plainMap(resource.inputs));
        });
        assert.deepEqual(kindsOf(changed), [
            "core/v1:Namespace",
            "policy.linkerd.io/v1alpha1:EgressNetwork",
            "policy.linkerd.io/v1beta3:Server",
        ]);
        for (const { urn, inputs } of changed) {
            const asAudited = JSON.stringify(plainMap(audited.get(urn)?.inputs ?? {}));
            const asEnforced = JSON.stringify(plainMap(inputs));
            assert.equal(
                asAudited
                    .replace('"accessPolicy":"audit"', '"accessPolicy":"deny"')
                    .replace('"trafficPolicy":"Allow"', '"trafficPolicy":"Deny"')
                    .replace('default-inbound-policy":"audit"', 'default-inbound-policy":"deny"'),
                asEnforced,
            );
        }
    });
});
