import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { platformContract } from "../../../components/platform/contract.ts";
import { PlatformReference } from "../../../components/platform/platform-reference.ts";
import { received } from "../../../components/platform/received-outputs.ts";
import { failure, type GivingStack, underMocks, value } from "../../support/mocks.ts";

const stack = "organization/airflow-linkerd/prod";
const analytics = {
    namespace: "team-analytics",
    serviceAccount: "airflow-task",
    meshIdentity: "airflow-task.team-analytics.serviceaccount.identity.linkerd.cluster.local",
    roleArn: "arn:aws:iam::123456789012:role/analytics",
};
const { roleArn: _, ...billing } = analytics;
const outputs = {
    outputsVersion: 1,
    clusterName: "airflow-prod",
    trustDomain: "cluster.local",
    rootFingerprints: ["aa", "bb"],
    airflowUrl: "https://airflow.example.com",
    airflowNamespace: "airflow",
    airflowRoleArns: { triggerer: "arn:aws:iam::123456789012:role/triggerer" },
    teams: { analytics, billing },
};

async function platform(giving: GivingStack, preview = false): Promise<PlatformReference> {
    const { made } = await underMocks([], () => new PlatformReference("platform", { stack }), {
        preview,
        stacks: { [stack]: giving },
    });
    return made;
}

/** The outputs without one of them. */
function without(key: string, from: Readonly<Record<string, unknown>> = outputs): Record<string, unknown> {
    return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
}

describe("PlatformReference", () => {
    it("reads what the contract promises, in a preview too", async () => {
        for (const preview of [false, true]) {
            const prod = await platform({ outputs }, preview);
            const { clusterName, trustDomain, airflowUrl, airflowNamespace, rootFingerprints, airflowRoleArns } = prod;
            assert.deepEqual(
                await value(
                    pulumi.all([
                        clusterName,
                        trustDomain,
                        airflowUrl,
                        airflowNamespace,
                        rootFingerprints,
                        airflowRoleArns,
                    ]),
                ),
                [
                    "airflow-prod",
                    "cluster.local",
                    "https://airflow.example.com",
                    "airflow",
                    ["aa", "bb"],
                    outputs.airflowRoleArns,
                ],
            );
            const { namespace, serviceAccount, meshIdentity, roleArn } = prod.team("analytics");
            assert.deepEqual(await value(pulumi.all({ namespace, serviceAccount, meshIdentity, roleArn })), analytics);
        }
    });

    it("has a way to every output of the contract", async () => {
        const prod = await platform({
            outputs: { ...without("teams"), tasks: analytics, clusterOidcProviderArn: "arn" },
        });
        const ways = Object.keys(platformContract.shape).filter((key) => !["outputsVersion", "teams"].includes(key));
        for (const key of ways) {
            assert.ok(key in prod, `PlatformReference has no ${key}`);
        }
        assert.equal(await value(prod.clusterOidcProviderArn), "arn");
        assert.equal(await value(prod.tasks.meshIdentity), analytics.meshIdentity);
    });

    it("takes outputs that came later, and are none of its own", async () => {
        const prod = await platform({
            outputs: { ...outputs, more: 1, teams: { analytics: { ...analytics, more: 1 } } },
        });
        assert.equal(await value(prod.team("analytics").namespace), "team-analytics");
    });

    it("refuses a team that the stack does not have, and names those that it has", async () => {
        const prod = await platform({ outputs });
        assert.equal(
            await failure(prod.team("analytcs").meshIdentity),
            'stack "organization/airflow-linkerd/prod" has no team "analytcs" in its output teams. It has analytics, ' +
                "billing: correct the name, or add the team to the platform's stack.",
        );
        assert.match(await failure(prod.team("constructor").meshIdentity), /has no team "constructor"/);
        assert.match(await failure(prod.tasks.namespace), /has no output tasks: its tasks run as teams\. Ask for team/);
        const one = await platform({ outputs: { ...without("teams"), tasks: analytics } });
        assert.match(await failure(one.team("analytics").namespace), /has no teams, .*"analytics": .* Ask for tasks/);
    });

    it("refuses a role and a provider that are not there, and says why", async () => {
        const prod = await platform({ outputs });
        assert.match(
            await failure(prod.team("billing").roleArn),
            /prod" has no roleArn for team "billing": they use nothing in AWS/,
        );
        assert.match(
            await failure(prod.clusterOidcProviderArn),
            /has no output clusterOidcProviderArn: .* Pod Identity/,
        );
    });

    it("refuses a stack of another contract, and says which of the two has to move", async () => {
        const of = async (version: unknown) =>
            failure((await platform({ outputs: { ...outputs, outputsVersion: version } })).airflowUrl);
        assert.match(await of(0), /has outputsVersion 0, and this program reads 1: deploy the platform from/);
        assert.match(await of(2), /has outputsVersion 2, and this program reads 1: bring this program to/);
        assert.match(await of("1"), /has no output outputsVersion: it is no platform's/);
        const empty = await platform({ outputs: {} });
        assert.match(
            await failure(empty.airflowUrl),
            /prod" has no output outputsVersion: .* deploy the platform first/,
        );
    });

    it("detects what Pulumi left out because it could not decrypt it", async () => {
        const said = /prod" has trustDomain, and it did not arrive: Pulumi leaves out .* kms:Decrypt on its key/;
        const named = await platform({ outputs: without("trustDomain"), secretOutputNames: ["trustDomain"] });
        assert.match(await failure(named.trustDomain), said);
        const silent = await platform({ outputs: without("trustDomain") });
        assert.match(await failure(silent.trustDomain), said);
        assert.equal(await value(silent.airflowUrl), "https://airflow.example.com");

        const version = await platform({ outputs: without("outputsVersion"), secretOutputNames: ["outputsVersion"] });
        assert.match(await failure(version.airflowUrl), /has outputsVersion, and it did not arrive/);
    });

    it("detects it for outputs that may be left out, too", async () => {
        const neither = await platform({ outputs: without("teams") });
        assert.match(await failure(neither.team("analytics").namespace), /has teams, or tasks, and it did not arrive/);
        assert.match(await failure(neither.tasks.namespace), /has teams, or tasks, and it did not arrive/);
        const provider = await platform({ outputs, secretOutputNames: ["clusterOidcProviderArn"] });
        assert.match(
            await failure(provider.clusterOidcProviderArn),
            /has clusterOidcProviderArn, and it did not arrive/,
        );
    });

    it("refuses an output of another type", async () => {
        const prod = await platform({ outputs: { ...outputs, teams: { analytics: { ...analytics, namespace: 7 } } } });
        assert.match(
            await failure(prod.team("analytics").namespace),
            /prod" gives teams\.analytics\.namespace: .*expected string.* another type there/,
        );
    });

    it("keeps an output secret that is one, and no other", async () => {
        const prod = await platform({ outputs, secretOutputNames: ["airflowUrl"] });
        const secret = (output: pulumi.Output<unknown>) => pulumi.isSecret(output);
        assert.deepEqual(await Promise.all([secret(prod.airflowUrl), secret(prod.clusterName)]), [true, false]);
    });
});

describe("an output as it was received", () => {
    it("is undefined where a backend writes null for what was left out", () => {
        const from = { stack, version: 1, secretNames: [] };
        assert.equal(received(from, "clusterOidcProviderArn", null), undefined);
    });
});
