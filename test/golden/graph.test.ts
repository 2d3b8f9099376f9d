import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { isMap, type Property, type PropertyMap, Secret } from "../../rehearsal/engine/values/property.ts";
import { nameOf } from "../../rehearsal/engine/values/urn.ts";
import { madeUpValue } from "../../rehearsal/recording/made-up.ts";
import { goldenFile, goldenStacks } from "./golden-file.ts";
import { firstDifference, type Json, readable } from "../../rehearsal/recording/readable.ts";
import { everythingBefore } from "./order.ts";
import { madeUpClientSecret, type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead, recorded } from "../support/recordings.ts";

/** What differs between the stacks: for each, an order of its own comes first. */
const differing: Readonly<Record<string, Differing>> = {
    dev: {
        clusterIdentifier: "rehearsal",
        databaseOrder: [
            "starts PostgreSQL only with its certificate",
            "airflow-database-postgres-server",
            ["airflow-database-postgres-certificate-server"],
        ],
        clientSecret: madeUpClientSecret,
        launcher: "team-billing-airflow-task-launcher-binding",
        charts: 7,
        outputs: ["teams"],
    },
    "prod.example": {
        clusterIdentifier: "123456789012/eu-central-1/airflow-prod",
        databaseOrder: [
            "makes Airflow's user only on a server that answers, by a Job that has its role",
            "airflow-database-role-job",
            [
                "database-postgresql-server",
                "database-network-from-cluster",
                "airflow-database-admin-association",
                "airflow-database-admin-master-policy",
            ],
        ],
        clientSecret: "<secret in airflow-linkerd:login>",
        launcher: "airflow-tasks-airflow-task-launcher-binding",
        // Karpenter with its definitions, Envoy Gateway, and what makes its load balancer, besides.
        charts: 10,
        outputs: ["clusterOidcProviderArn", "entranceAddress", "tasks"],
    },
};

interface Differing {
    readonly clusterIdentifier: string;
    /** The behaviour, what comes later, and what earlier. What comes later is what the migration waits for. */
    readonly databaseOrder: readonly [behaviour: string, later: string, earlier: readonly string[]];
    readonly clientSecret: string;
    /** Who may run tasks in one of the namespaces where they run. */
    readonly launcher: string;
    readonly charts: number;
    readonly outputs: readonly string[];
}

for (const stack of goldenStacks) {
    const { clusterIdentifier, databaseOrder, clientSecret, launcher, charts, outputs } = differing[stack] as Differing;

    describe(`the graph of the stack ${stack}`, () => {
        const recordings = ahead(() =>
            Promise.all([recorded(stack, { preview: false }), recorded(stack, { preview: true })]),
        );
        let deployed: Recording;
        let previewed: Recording;

        before(async function () {
            this.timeout(180_000);
            [deployed, previewed] = await recordings();
        });

        it("is the one that reviewers have seen", async () => {
            const golden = JSON.parse(await readFile(goldenFile(stack), "utf8")) as Json;
            const difference = firstDifference(golden, readable(deployed));
            if (difference !== undefined) {
                assert.fail(`${difference}\nIf that is meant: npm run golden, and commit test/golden.`);
            }
        });

        it("has the same resources in a preview, where nothing is known yet", () => {
            assert.deepEqual(names(previewed), names(deployed));
        });

        const orders: Differing["databaseOrder"][] = [
            [
                "makes no object of Airflow before the mesh can give it a proxy",
                "airflow-namespace",
                ["linkerd-control-plane"],
            ],
            [
                "starts Linkerd only with Gateway API",
                "linkerd-control-plane",
                ["gateway-api-tlsroutes.gateway.networking.k8s.io"],
            ],
            [
                "starts Linkerd only with its issuer, its roots and its webhook certificates",
                "linkerd-control-plane",
                [
                    "mesh-trust-identity-issuer",
                    "mesh-trust-bundle",
                    "mesh-trust-webhooks-proxy-injector",
                    "mesh-trust-webhooks-sp-validator",
                    "mesh-trust-webhooks-policy-validator",
                ],
            ],
            ["starts Linkerd only after its definitions", "linkerd-control-plane", ["linkerd-crds"]],
            [
                "starts viz only with the mesh",
                "linkerd-viz-release",
                ["linkerd-control-plane", "mesh-trust-webhooks-tap"],
            ],
            [
                "says who may call whom before the first pod of each namespace",
                "cert-manager-issuing",
                [
                    "mesh-isolation-cert-manager-network-default-deny",
                    "mesh-isolation-cert-manager-network-to.cert-manager-webhook",
                ],
            ],
            [
                "says who may call the control plane before it starts",
                "linkerd-control-plane",
                ["mesh-isolation-linkerd-network-default-deny", "mesh-isolation-linkerd-network-to.identity"],
            ],
            [
                "says who may call viz before it starts",
                "linkerd-viz-release",
                ["mesh-policy-linkerd-viz-server-proxies.4191", "mesh-policy-linkerd-viz-network-default-deny"],
            ],
            [
                "says who may call Airflow before its first Job",
                "airflow-migration-job",
                ["mesh-policy-airflow-server-api-server.8080", "mesh-policy-airflow-network-default-deny"],
            ],
            [
                "asks for certificates only once cert-manager runs and their namespace is there",
                "mesh-trust-identity-issuer",
                ["cert-manager-issuing", "mesh-namespaces-linkerd"],
            ],
            [
                "writes the bundle only with trust-manager, the roots and the labelled namespace",
                "mesh-trust-bundle",
                ["cert-manager-trust", "mesh-trust-root-g1-trusted", "mesh-namespaces-linkerd"],
            ],
            databaseOrder,
            [
                "migrates only once the database answers and the secrets are there",
                "airflow-migration-job",
                [
                    databaseOrder[1],
                    "airflow-secrets-metadata-direct-secret",
                    "airflow-secrets-fernet-generations-secret",
                ],
            ],
            [
                "starts Airflow only on a migrated database, with its secrets and its right to run tasks",
                "airflow-release",
                [
                    "airflow-migration-job",
                    launcher,
                    "airflow-secrets-jwt-secret",
                    "airflow-secrets-api-secret",
                    "airflow-secrets-metadata-secret",
                    "airflow-secrets-pgbouncer-config-secret",
                    "airflow-secrets-pgbouncer-stats-secret",
                    "airflow-secrets-fernet-secret",
                ],
            ],
            [
                "gives Airflow no Fernet keys that were not proved to read everything in a migrated database",
                "airflow-secrets-fernet-secret",
                ["airflow-migration-job", "airflow-secrets-fernet-check"],
            ],
        ];
        for (const [behaviour, later, earlier] of orders) {
            it(behaviour, () => {
                for (const recording of [deployed, previewed]) {
                    const before = everythingBefore(recording, later);
                    assert.deepEqual(
                        earlier.filter((name) => !before.has(name)),
                        [],
                    );
                }
            });
        }

        it("makes every object below Airflow after the mesh, with nothing let through", () => {
            const below = deployed.resources.filter(
                (resource) => resource.type.startsWith("kubernetes:") && resource.name.startsWith("airflow-"),
            );
            assert.ok(below.length > 20);
            for (const { name } of below) {
                assert.ok(everythingBefore(deployed, name).has("linkerd-control-plane"), name);
            }
        });

        it("deploys every object through the one provider whose cluster the stack names", () => {
            const objects = deployed.resources.filter(({ type }) => type.startsWith("kubernetes:"));
            assert.deepEqual([...new Set(objects.map(({ provider }) => nameOf(provider).split("::")[0]))], ["cluster"]);
            for (const { resources } of [deployed, previewed]) {
                const [provider, ...others] = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
                assert.equal(provider?.inputs.clusterIdentifier, clusterIdentifier);
                assert.deepEqual(others, []);
            }
        });

        it("puts the root's private key into no object of the cluster", () => {
            const key = madeUpValue("mesh-trust-root-g1-key", "privateKeyPem");
            const holders = deployed.resources.filter(({ inputs }) => texts(inputs).some((text) => text.includes(key)));
            assert.deepEqual(holders.map(({ name }) => name).sort(), [
                "mesh-trust-root-g1-certificate",
                "mesh-trust-signing-certificate",
            ]);
        });

        it("shows no generated secret in any input", () => {
            const generated = [
                madeUpValue("mesh-trust-root-g1-key", "privateKeyPem"),
                madeUpValue("mesh-trust-signing-key", "privateKeyPem"),
                madeUpValue("airflow-database-password", "result"),
                madeUpValue("airflow-secrets-fernet-1", "base64").replace("+/", "-_"),
                madeUpValue("airflow-secrets-jwt-1", "result"),
                madeUpValue("airflow-secrets-api", "result"),
                madeUpValue("airflow-secrets-pgbouncer-stats", "result"),
                clientSecret,
            ];
            for (const { name, inputs } of deployed.resources) {
                const open = texts(inputs, { secrets: false }).map(decodeURIComponentSafely);
                for (const secret of generated) {
                    assert.ok(!open.some((text) => text.includes(secret)), `${name} shows ${secret}`);
                }
            }
            for (const secret of generated) {
                const used = deployed.resources.some(({ inputs }) =>
                    texts(inputs)
                        .map(decodeURIComponentSafely)
                        .some((text) => text.includes(secret)),
                );
                assert.ok(used, `${secret} is used nowhere, so this test would miss it`);
            }
        });

        it("gives charts no secret at all, shown or not", () => {
            const releases = deployed.resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
            assert.equal(releases.length, charts);
            for (const { name, inputs } of releases) {
                assert.ok(!hasSecret(inputs), `${name} is given a secret`);
            }
        });

        it("has outputs of one version, none of them secret", () => {
            const always = ["airflowNamespace", "airflowRoleArns", "airflowUrl", "clusterName", "outputsVersion"];
            const all = [...always, "rootFingerprints", "trustDomain", ...outputs].sort();
            assert.deepEqual(Object.keys(deployed.outputs).sort(), all);
            assert.equal(deployed.outputs.outputsVersion, 1);
            assert.ok(!hasSecret(deployed.outputs));
        });
    });
}

function names({ resources }: Recording): string[] {
    return resources.map(({ urn }) => urn).sort();
}

function texts(value: Property, { secrets = true } = {}): string[] {
    if (value instanceof Secret) {
        return secrets ? texts(value.value) : [];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item) => texts(item, { secrets }));
    }
    if (isMap(value)) {
        return Object.values(value as PropertyMap).flatMap((item) => texts(item, { secrets }));
    }
    return typeof value === "string" ? [value] : [];
}

function hasSecret(value: Property): boolean {
    if (Array.isArray(value)) {
        return value.some(hasSecret);
    }
    return value instanceof Secret || (isMap(value) && Object.values(value as PropertyMap).some(hasSecret));
}

/** Passwords stand encoded in connection addresses. */
function decodeURIComponentSafely(text: string): string {
    return text.replace(/(%[0-9A-F]{2})+/g, (encoded) => decodeURIComponent(encoded));
}
