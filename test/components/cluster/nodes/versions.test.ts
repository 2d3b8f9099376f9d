import assert from "node:assert/strict";

import {
    addonVersion,
    defaultKubernetesVersion,
    isAtLeast,
    kubernetesVersions,
    oldestKubernetesVersion,
} from "../../../../components/cluster/nodes/versions.ts";

describe("versions of a cluster", () => {
    it("are in the order in which a cluster goes up, the default the last", () => {
        for (const [index, version] of kubernetesVersions.slice(1).entries()) {
            assert.ok(isAtLeast(version, kubernetesVersions[index] ?? ""), version);
        }
        assert.equal(kubernetesVersions.at(-1), defaultKubernetesVersion);
        assert.ok(kubernetesVersions.every((version) => isAtLeast(version, oldestKubernetesVersion)));
    });

    it("compare as numbers", () => {
        assert.ok(isAtLeast("1.36", "1.36"));
        assert.ok(isAtLeast("1.100", "1.31"));
        assert.ok(isAtLeast("2.0", "1.31"));
        assert.ok(!isAtLeast("1.9", "1.31"));
    });

    it("have add-ons that go with them, and kube-proxy of the same minor version", () => {
        for (const version of kubernetesVersions) {
            assert.ok(addonVersion(version, "kube-proxy").startsWith(`v${version}.`));
        }
        assert.throws(
            () => addonVersion("1.12", "coredns"),
            /no add-ons are pinned for Kubernetes 1\.12, only for 1\.35, 1\.36/,
        );
    });
});
