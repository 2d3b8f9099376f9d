import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { differencesIn, type Json } from "../../operations/plan/changes.ts";
import { checkout } from "../../rehearsal/place.ts";
import { firstDifference } from "../../rehearsal/recording/readable.ts";
import { configSchema } from "../../stacks/config/schema.ts";
import { ahead, recorded } from "../support/recordings.ts";
import { comparedStack, comparedWith, differencesBetween } from "./differences.ts";
import { goldenFile } from "./golden-file.ts";

/** Where the environment before production may say something else: names, sizes and how long things are kept. */
const mayDiffer = [
    "cluster.name",
    "cluster.network.cidr",
    "cluster.network.nat",
    "cluster.network.flowLogRetentionDays",
    "cluster.nodes.platform.instanceTypes",
    "cluster.nodes.tasks[0].maximumCores",
    "cluster.admins",
    "cluster.permissionsBoundaryArn",
    "cluster.serviceBoundaryArn",
    "cluster.logRetentionDays",
    "airflow.hostname",
    "airflow.database.storageGb",
    "airflow.database.maxStorageGb",
    "airflow.database.backupDays",
    "airflow.logs.bucketName",
    "airflow.logs.expireAfterDays",
    "airflow.secrets.platformPath",
    "airflow.secrets.tasksPath",
    "airflow.concurrency.parallelism",
    "airflow.pools[0].slots",
    "airflow.dagBundles[0].ref",
    "login.clientId",
    "login.machineAudience",
];

describe(`the stack ${comparedStack}`, function () {
    this.timeout(120_000);

    const both = ahead(() =>
        Promise.all([comparedWith, comparedStack].map((stack) => recorded(stack, { preview: false }))),
    );
    let differences: Record<string, Json>;

    before(async () => {
        const [other, own] = await both();
        assert.ok(other !== undefined && own !== undefined);
        differences = differencesBetween(other, own);
    });

    it(`differs from ${comparedWith} in what reviewers have seen`, async () => {
        const golden = JSON.parse(await readFile(goldenFile(comparedStack), "utf8")) as Json;
        const difference = firstDifference(golden, differences);
        if (difference !== undefined) {
            assert.fail(`${difference}\nIf that is meant: npm run golden, and commit test/golden.`);
        }
    });

    it("has what production has, but for the gateways of the other zones, and each its own role that deploys", () => {
        const apart = Object.entries(differences).flatMap(([resource, said]) =>
            typeof said === "object" && said !== null && "only" in said
                ? [`${String(said.only)}: ${resource.replace(/ .*/, "")}`]
                : [],
        );
        const admin = "cluster-access-admin-airflow-linkerd-deploy";
        assert.deepEqual(apart.sort(), [
            `prod.example: ${admin}-prod`,
            `prod.example: ${admin}-prod-policy`,
            "prod.example: network-eu-central-1b-nat",
            "prod.example: network-eu-central-1b-nat-address",
            "prod.example: network-eu-central-1c-nat",
            "prod.example: network-eu-central-1c-nat-address",
            `staging.example: ${admin}-staging`,
            `staging.example: ${admin}-staging-policy`,
        ]);
    });

    it("has the config of production, but for names, sizes and how long things are kept", async () => {
        const [other, own] = await Promise.all([comparedWith, comparedStack].map(configOf));
        const paths = differencesIn(other, own).map(({ path }) => path);
        assert.deepEqual(paths.sort(), [...mayDiffer].sort());
    });
});

/** What a stack's file says, with the defaults of what it does not say. */
async function configOf(stack: string): Promise<Json> {
    const { config } = parse(await readFile(join(checkout, `Pulumi.${stack}.yaml`), "utf8")) as { config: object };
    const open = JSON.parse(JSON.stringify(config), (_key, value: unknown) =>
        typeof value === "object" && value !== null && "secure" in value ? "a secret" : value,
    ) as Record<string, unknown>;
    const sections = Object.entries(open).map(([key, section]) => [key.replace("airflow-linkerd:", ""), section]);
    return JSON.parse(JSON.stringify(configSchema.parse(Object.fromEntries(sections)))) as Json;
}
