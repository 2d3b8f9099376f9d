import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { DagBundleCredentials } from "../../../../components/airflow/dags/dag-bundle-credentials.ts";
import { type DagBundle, DagBundleKind, defaultDagBundles } from "../../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../../../components/airflow/dags/git-credentials.ts";
import { madeUpValue } from "../../../../rehearsal/recording/made-up.ts";
import { underMocks, value } from "../../../support/mocks.ts";

const git = { kind: DagBundleKind.git, refreshSeconds: 60, ref: "main" } as const;
const bundles: DagBundle[] = [
    ...defaultDagBundles,
    { ...git, name: "open", repository: "https://git.example.com/open.git" },
    {
        ...git,
        name: "team-a",
        repository: "https://git.example.com/a.git",
        credentials: { kind: GitCredentialsKind.token, user: "reader", token: pulumi.secret("hunter2") },
    },
    {
        ...git,
        name: "team-b",
        repository: "git@git.example.com:b.git",
        // Even if the input is not marked as a secret.
        credentials: {
            kind: GitCredentialsKind.sshKey,
            privateKey: "hunter3",
            knownHosts: "git.example.com ssh-rsa A",
        },
    },
];

async function credentials() {
    return underMocks(
        ["kubernetes:core/v1:Secret", "random:index/randomString:RandomString"],
        () => new DagBundleCredentials("bundles", { namespace: "team-namespace", bundles }),
    );
}

describe("DagBundleCredentials", () => {
    it("puts each bundle's into a Secret of its own, in the one namespace, and makes none for a bundle without", async () => {
        const { registered } = await credentials();
        const secrets = registered
            .ofType("kubernetes:core/v1:Secret")
            .map(({ name }) => name)
            .sort();
        assert.deepEqual(secrets, ["bundles-team-a", "bundles-team-b"]);
        for (const name of secrets) {
            assert.equal(registered.input(name, "metadata.namespace"), "team-namespace");
            assert.equal(registered.input(name, "metadata.name"), name.replace("bundles", "airflow-dag-bundle"));
            assert.equal(registered.parentOf(name), "bundles");
        }
    });

    it("keeps token and key secret on their way", async () => {
        const { registered } = await credentials();
        const token = registered.secret("bundles-team-a", "stringData.connection");
        assert.deepEqual(JSON.parse(token), { conn_type: "git", login: "reader", password: "hunter2" });
        assert.match(registered.secret("bundles-team-b", "stringData.connection"), /"private_key":"hunter3\\n"/);
        assert.equal(registered.secret("bundles-team-b", "stringData.known_hosts"), "git.example.com ssh-rsa A");
    });

    it("says by a word that tells nothing when one has changed", async () => {
        const { made, registered } = await credentials();
        assert.deepEqual(Object.keys(made.versions), ["team-a", "team-b"]);
        const version = made.versions["team-a"];
        assert.ok(version);
        assert.equal(await value(version), madeUpValue("bundles-team-a-version", "result"));
        assert.match(registered.secret("bundles-team-a-version", "keepers.secret"), /hunter2/);
    });
});
