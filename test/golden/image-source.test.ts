import assert from "node:assert/strict";

import { digestedImages, type ImageName, images } from "../../components/images.ts";
import { plainMap } from "../../rehearsal/engine/values/secrecy.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { objects, withHelm } from "../rehearsal/charts/helm.ts";
import { recorded } from "../support/recordings.ts";

const mirror = "registry.example.com:5000/mirror";
const digests = Object.fromEntries(
    digestedImages.map((name, index) => [name, `sha256:${index.toString(16).padStart(2, "0").repeat(32)}`]),
) as Partial<Record<ImageName, string>>;

interface Release {
    readonly chart: string;
    readonly values: Readonly<Record<string, unknown>> & { readonly podTemplate?: string };
}

/** Every image in what a stack makes: in its own objects, in what its charts make of their values, and in task pods. */
async function imagesOf({ resources }: Recording): Promise<Set<string>> {
    const found = new Set<string>();
    const collect = (value: unknown): void => {
        if (Array.isArray(value)) {
            value.forEach(collect);
        } else if (typeof value === "object" && value !== null) {
            for (const [key, below] of Object.entries(value)) {
                if (key === "image" && typeof below === "string") {
                    found.add(below);
                } else {
                    collect(below);
                }
            }
        }
    };
    for (const { type, inputs } of resources) {
        if (type === "kubernetes:helm.sh/v3:Release") {
            const { chart, values } = plainMap(inputs) as unknown as Release;
            const name = /([a-z-]+?)(-v?\d[\w.]*\.tgz)?$/.exec(chart)?.[1] ?? chart;
            collect(await objects(name, values ?? {}));
            collect(JSON.parse(values?.podTemplate ?? "{}"));
        } else if (type.startsWith("kubernetes:") && type !== "kubernetes:yaml/v2:ConfigGroup") {
            collect(plainMap(inputs));
        }
    }
    return found;
}

/** What the stand-ins of the charts do not make, and the official ones do. */
const notRehearsed = new Set<ImageName>(["certManagerAcmesolver", "certManagerStartupapicheck", "linkerdDebug"]);

describe("images", function () {
    this.timeout("2m");
    withHelm();

    const ofEntrance: readonly ImageName[] = ["envoyGateway", "envoy"];
    const balancers: ImageName = "loadBalancerController";
    for (const { title = "", stack, absent, config = {} } of [
        { stack: "dev", absent: ["karpenter", balancers] },
        { stack: "prod.example", absent: ["postgresql"] },
        {
            title: " without an entrance",
            stack: "prod.example",
            absent: ["postgresql", ...ofEntrance, balancers],
            config: { entrance: { kind: "none" } },
        },
    ] as readonly { title?: string; stack: string; absent: readonly ImageName[]; config?: Record<string, unknown> }[]) {
        it(`of ${stack}${title} come from the mirror, each under its own name and by its digest where the chart takes one`, async () => {
            const recording = await recorded(stack, {
                preview: false,
                config: { images: { mirror, digests }, ...config },
            });
            const expected = (Object.keys(images) as ImageName[])
                .filter((name) => !notRehearsed.has(name) && !absent.includes(name))
                .map((name) => {
                    const { repository, tag } = images[name];
                    const digest = digests[name];
                    return { repository: `${mirror}/${repository}`, tag, digest };
                });
            const seen = [...(await imagesOf(recording))];
            assert.deepEqual(
                seen.filter((image) => !image.startsWith(`${mirror}/`)),
                [],
            );
            assert.equal(seen.length, new Set(expected.map((each) => JSON.stringify(each))).size, seen.join("\n"));
            for (const { repository, tag, digest } of expected) {
                const found = seen.filter((image) =>
                    digest === undefined
                        ? image === `${repository}:${tag}`
                        : image.startsWith(repository) && image.endsWith(`@${digest}`),
                );
                assert.equal(found.length, 1, `${repository}:${tag} is not among\n${seen.join("\n")}`);
            }
        });

        it(`of ${stack}${title} are all in the table, with the tags that the charts have`, async () => {
            const seen = await imagesOf(await recorded(stack, { preview: false, config }));
            const known = new Set(
                Object.values(images).flatMap(({ registry, repository, tag }) => [
                    `${registry}/${repository}:${tag}`,
                    // Docker Hub's host and folder go without saying.
                    `${repository}:${tag}`,
                    `${repository.replace(/^library\//, "")}:${tag}`,
                ]),
            );
            assert.ok(seen.size > 10);
            assert.deepEqual(
                [...seen].filter((image) => !known.has(image)),
                [],
            );
        });
    }

    it("of the teams' namespaces are the mirror's too", async () => {
        const team = {
            name: "analytics",
            owners: ["#analytics"],
            dags: { kind: "local", path: "/opt/airflow/dags/a" },
        };
        // A volume's logs would be one namespace's.
        const airflow = { hostname: "airflow.example.com", database: { kind: "in-cluster", storageGb: 1 } };
        const { resources } = await recorded("dev", {
            preview: false,
            config: { images: { mirror, digests }, airflow, teams: [team] },
        });
        const home = resources.find(({ name }) => name === "team-analytics-namespace");
        assert.ok(home);
        const { metadata } = plainMap(home.inputs) as { metadata: { annotations: Record<string, string> } };
        assert.equal(metadata.annotations["airflow-linkerd.io/images"], `${mirror}/apache/airflow@${digests.airflow}`);
        const gate = JSON.stringify(resources.find(({ name }) => name === "team-gate-pods-policy")?.inputs);
        assert.ok(gate.includes(`${mirror}/linkerd/proxy:`));
    });
});
