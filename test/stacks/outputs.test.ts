import assert from "node:assert/strict";

import { hasUnknown, UNKNOWN } from "../../rehearsal/engine/values/property.ts";
import { only } from "../golden/order.ts";
import { productionVariants } from "../golden/production-variants.ts";
import { recordProduction } from "../golden/production.ts";
import { madeAtAws, type Recording } from "../../rehearsal/recording/recording.ts";
import { platformContract } from "../../components/platform/contract.ts";
import { Secret } from "../../rehearsal/engine/values/property.ts";
import { recorded } from "../support/recordings.ts";

const parts = ["api-server", "database-admin", "triggerer"];
const arnOf = (recording: Recording, name: string) => madeAtAws(only(recording, name)).arn;

describe("what the production stack gives to other stacks", () => {
    let deployed: Recording;
    let previewed: Recording;

    before(async function () {
        this.timeout(120_000);
        [deployed, previewed] = await Promise.all([recordProduction(), recordProduction({}, { preview: true })]);
    });

    it("is the same in a preview, by name", () => {
        const names = [
            "airflowNamespace",
            "airflowRoleArns",
            "airflowUrl",
            "clusterName",
            "clusterOidcProviderArn",
            "entranceAddress",
            "outputsVersion",
            "rootFingerprints",
            "tasks",
            "trustDomain",
        ];
        assert.deepEqual(Object.keys(deployed.outputs).sort(), names);
        assert.deepEqual(Object.keys(previewed.outputs).sort(), names);
        assert.ok(!hasUnknown(deployed.outputs));
    });

    it("names the role of each of Airflow's parts", () => {
        assert.deepEqual(
            deployed.outputs.airflowRoleArns,
            Object.fromEntries(parts.map((part) => [part, arnOf(deployed, `airflow-${part}-role`)])),
        );
        assert.deepEqual(previewed.outputs.airflowRoleArns, Object.fromEntries(parts.map((part) => [part, UNKNOWN])));
    });

    it("says as whom all tasks run, where there are no teams", () => {
        const roleArn = arnOf(deployed, "airflow-tasks-role");
        assert.deepEqual(deployed.outputs.tasks, {
            namespace: "airflow-tasks",
            serviceAccount: "airflow-task",
            meshIdentity: "airflow-task.airflow-tasks.serviceaccount.identity.linkerd.cluster.local",
            roleArn,
        });
    });

    it("names the cluster's OIDC provider, by which others may bind roles of their own", () => {
        const { clusterOidcProviderArn } = deployed.outputs;
        assert.equal(clusterOidcProviderArn, arnOf(deployed, "cluster-control-plane-oidc"));
        assert.match(String(clusterOidcProviderArn), /^arn:aws:iam::123456789012:oidc-provider\/oidc\.eks\./);
        assert.equal(previewed.outputs.clusterOidcProviderArn, UNKNOWN);
    });

    it("names what the stack's file says, also before anything is there", () => {
        for (const { outputs } of [deployed, previewed]) {
            const { clusterName, airflowNamespace, trustDomain, outputsVersion } = outputs;
            assert.deepEqual(
                [clusterName, airflowNamespace, trustDomain, outputsVersion],
                ["airflow-prod", "airflow", "cluster.local", 1],
            );
        }
        assert.equal(deployed.outputs.airflowUrl, "https://airflow.example.com");
    });
});

/** Fails for an output that the contract does not name, or of another type than it says. */
function keepsContract({ outputs }: Recording): void {
    assert.deepEqual(platformContract.parse(outputs), outputs);
    assert.ok(!Object.values(outputs).some((value) => value instanceof Secret), "no output is a secret");
}

describe("what other stacks give", () => {
    it("is what the contract says, with teams and without", async function () {
        this.timeout(120_000);
        const development = await recorded("dev", { preview: false });
        assert.ok("teams" in development.outputs);
        keepsContract(development);
        const production = await recordProduction();
        assert.ok("tasks" in production.outputs);
        keepsContract(production);
        const { trustDomain: _, ...less } = production.outputs;
        assert.throws(() => {
            keepsContract({ ...production, outputs: less });
        }, /trustDomain/);
        assert.throws(() => {
            keepsContract({ ...production, outputs: { ...production.outputs, more: "x" } });
        }, /more/);
    });

    it("names roles and the provider of a cluster that was there", async function () {
        this.timeout(120_000);
        const { changes } = productionVariants["a cluster that is there, with IRSA and a boundary that is there"] ?? {};
        const existing = await recordProduction(changes);
        assert.deepEqual(Object.keys(existing.outputs.airflowRoleArns as object).sort(), parts);
        assert.equal(
            existing.outputs.clusterOidcProviderArn,
            "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF",
        );
    });

    it("names neither where nothing of AWS is used", async function () {
        this.timeout(120_000);
        const { outputs } = await recorded("dev", { preview: false });
        assert.deepEqual(outputs.airflowRoleArns, {});
        assert.ok(!("clusterOidcProviderArn" in outputs));
    });
});
