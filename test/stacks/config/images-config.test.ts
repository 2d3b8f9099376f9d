import assert from "node:assert/strict";

import { digestedImages } from "../../../components/images.ts";
import { ProjectFolder } from "../project.ts";
import { airflow, config, refuses } from "../stack-file.ts";
import { eks } from "./cluster/eks-section.ts";
import { analytics } from "./teams/team-entry.ts";

const mirror = "registry.example.com:5000/mirror";
const digest = `sha256:${"ab".repeat(32)}`;
const digests = Object.fromEntries(digestedImages.map((name) => [name, digest]));

describe("where a stack takes images from", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("is where each is published, unless it names a mirror", () => {
        assert.deepEqual(config({}).images, { digests: {} });
        assert.equal(config({}).airflow.image, undefined);
    });

    it("is the mirror for Airflow's own image too, by the digest that it says", () => {
        const { image } = config({ images: { mirror, digests } }).airflow;
        assert.equal(image?.repository, `${mirror}/apache/airflow`);
        assert.equal(image.digest, digest);
        const own = { repository: "registry.example.com:5000/data/airflow", tag: "7" };
        const other = config({ images: { mirror, digests }, airflow: { ...airflow, image: own } }).airflow.image;
        assert.equal(other?.repository, own.repository);
        assert.equal(other.digest, undefined);
    });

    it("needs no digest of an image that it does not run", () => {
        const { airflow: _, ...others } = digests;
        const own = { repository: "registry.example.com:5000/data/airflow", tag: "7" };
        assert.ok(config({ images: { mirror, digests: others }, airflow: { ...airflow, image: own } }).images.mirror);
    });

    it("needs one of what makes load balancers only where the stack runs it", () => {
        const { loadBalancerController: _, ...others } = digests;
        const entrance = { kind: "gateway", certificate: { kind: "private-ca" }, loadBalancer: { kind: "nlb" } };
        const stack = {
            images: { mirror, digests: others },
            airflow: { ...airflow, hostname: "airflow.example.com" },
            entrance,
        };
        assert.ok(config({ ...stack, cluster: { ...eks, nodes: { kind: "auto" } } }).images.mirror);
        refuses(
            [
                "airflow-linkerd:images.digests.loadBalancerController is missing: with images.mirror each image is named by " +
                    'its digest. Ask for it: "crane digest public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0".',
            ],
            { ...stack, cluster: eks },
        );
    });

    it("refuses a mirror with an image that could be another tomorrow, and says how to ask", () => {
        const { trustManager: _, postgresql: __, ...others } = digests;
        refuses(
            [
                'airflow-linkerd:images.digests.postgresql is missing: with images.mirror each image is named by its digest. Ask for it: "crane digest docker.io/library/postgres:17.6".',
                'airflow-linkerd:images.digests.trustManager is missing: with images.mirror each image is named by its digest. Ask for it: "crane digest quay.io/jetstack/trust-manager:v0.25.0".',
            ],
            { images: { mirror, digests: others } },
        );
    });

    it("refuses, with a mirror, an image from elsewhere, wherever it is named", () => {
        const elsewhere = (path: string, image: string) =>
            `airflow-linkerd:${path} is "${image}": with images.mirror every image comes from registry.example.com:5000/. Copy it there and name it so.`;
        refuses(
            [
                elsewhere("airflow.image.repository", "quay.io/data/airflow"),
                elsewhere("airflow.chartValues.images.pgbouncer.repository", "quay.io/pgbouncer"),
                elsewhere("airflow.chartValues.scheduler.extraContainers[0].image", "quay.io/sidecar:1"),
                elsewhere("mesh.chartValues.proxy.image.name", "cr.l5d.io/linkerd/proxy"),
                elsewhere("mesh.chartValues.controllerImage", "cr.l5d.io/linkerd/controller"),
                elsewhere("teams[0].images[0]", "quay.io/analytics:1"),
            ],
            {
                images: { mirror, digests },
                airflow: {
                    ...airflow,
                    image: { repository: "quay.io/data/airflow" },
                    chartValues: {
                        images: { pgbouncer: { repository: "quay.io/pgbouncer" } },
                        scheduler: { extraContainers: [{ name: "beside", image: "quay.io/sidecar:1" }] },
                    },
                },
                mesh: {
                    chartValues: {
                        proxy: { image: { name: "cr.l5d.io/linkerd/proxy" } },
                        controllerImage: "cr.l5d.io/linkerd/controller",
                    },
                },
                teams: [{ ...analytics, images: ["quay.io/analytics:1"] }],
            },
        );
    });
});
