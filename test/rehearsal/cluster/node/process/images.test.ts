import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { dagsOf, imageFor, isRunnable } from "../../../../../rehearsal/cluster/node/process/images.ts";
import { checkout } from "../../../../../rehearsal/place.ts";

describe("the images that stand for programs of this machine", () => {
    const digest = `@sha256:${"0".repeat(64)}`;

    it("are Airflow's of any version, its PgBouncer, PostgreSQL's, and the entrance's, from a mirror as well", () => {
        const images = [
            "apache/airflow:3.3.2",
            "apache/airflow:airflow-pgbouncer-2025.03.05-1.23.1",
            "postgres:17.6",
            "registry.example.com:5000/mirror/apache/airflow:3.3.2",
            "registry.example.com:5000/mirror/library/postgres:17.6",
            "docker.io/envoyproxy/gateway:v1.9.1",
            `registry.example.com:5000/mirror/envoyproxy/gateway:v1.9.1${digest}`,
            "envoyproxy/envoy:v1.39.1",
            `docker.io/envoyproxy/envoy:distroless-v1.39.1${digest}`,
        ];
        assert.deepEqual(
            images.filter((image) => !isRunnable(image)),
            [],
        );
    });

    it("are no others: not the exporter, no sidecar, no image that only begins like one", () => {
        const images = [
            "apache/airflow:airflow-pgbouncer-exporter-2025.03.05-0.18.0",
            "apache/airflow-extra:3.3.2",
            "example.com/airflow:3.3.2",
            "example.com/apache/airflow-extra:3.3.2",
            "cr.l5d.io/linkerd/proxy:edge-26.8.3",
            "postgres-exporter:17.6",
            "docker.io/envoyproxy/gateway-dev:latest",
            "docker.io/envoyproxy/ratelimit:8fe6ea42",
            "docker.io/envoyproxy/envoy:contrib-v1.39.1",
            "docker.io/envoyproxy/envoy:distroless-v1.39.1@sha256:0",
        ];
        assert.deepEqual(images.filter(isRunnable), []);
    });

    it("of the entrance are of the release that is pinned here, and another is refused with the way out", async () => {
        await assert.rejects(
            imageFor("docker.io/envoyproxy/gateway:v1.8.0", ""),
            /envoyproxy\/gateway 1\.8\.0, and the rehearsal has 1\.9\.1: deploy that one, or change its pin in rehearsal\/entrance/,
        );
        await assert.rejects(imageFor("docker.io/envoyproxy/envoy:v1.38.0", ""), /envoyproxy\/envoy 1\.38\.0/);
    });

    it("bring the examples as DAGs, or those of the place where it has its own", () => {
        const root = mkdtempSync(join(tmpdir(), "airflow-linkerd-images-"));
        try {
            assert.equal(dagsOf(root), join(checkout, "examples", "dags"));
            mkdirSync(join(root, "dags"));
            assert.equal(dagsOf(root), join(root, "dags"));
        } finally {
            rmSync(root, { recursive: true });
        }
    });
});
