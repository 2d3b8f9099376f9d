import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parsedPlan, type Plan, type Release } from "../../../operations/plan/changes.ts";
import { renderedDifferences } from "../../../operations/plan/rendering/rendered-differences.ts";
import { helmProgram, helmRendering, type Render } from "../../../operations/plan/rendering/rendering.ts";
import { canary } from "../../support/sample-secrets.ts";
import { planOf } from "./plans.ts";

const key = "airflow-release (kubernetes:helm.sh/v3:Release)";
const release = (values: Release["values"]): Release => ({ chart: "airflow", name: "airflow", values });
const planWith = (values: Release["values"]): Plan => ({
    resources: { [key]: { release: release(values) } },
    outputs: {},
});

/** As a chart that makes what its values say. */
const made: Render = ({ values }) =>
    Promise.resolve((values?.objects as unknown[]).map((object) => JSON.stringify(object)).join("\n---\n"));

const deployment = (replicas: number, checksum: string, image = "airflow:1") => ({
    kind: "Deployment",
    metadata: { name: "scheduler", namespace: "airflow" },
    spec: {
        replicas,
        template: {
            metadata: { annotations: { "checksum/config": checksum, "checksum/secret": checksum } },
            spec: { containers: [{ name: "scheduler", image }] },
        },
    },
});
const secret = (value: string) => ({ kind: "Secret", metadata: { name: "key" }, data: { key: value }, type: "Opaque" });

const between = async (was: unknown[], is: unknown[], render: Render = made) => {
    const [before, after] = [was, is].map((objects) => planWith({ objects } as unknown as Release["values"]));
    assert.ok(before !== undefined && after !== undefined);
    return (await renderedDifferences({ plan: before, render }, { plan: after, render })).get(key);
};

describe("what charts make of a change", () => {
    it("is told object by object, with all checksums as one line", async () => {
        assert.deepEqual(await between([deployment(1, "a")], [deployment(2, "b", "airflow:2")]), [
            "Deployment airflow/scheduler: spec.replicas: 1 → 2",
            "Deployment airflow/scheduler: spec.template.spec.containers[0].image: airflow:1 → airflow:2",
            "Deployment airflow/scheduler: its pods are made anew, since what they read changes",
        ]);
    });

    it("names what comes and what goes", async () => {
        const other = { kind: "ConfigMap", metadata: { name: "other" } };
        assert.deepEqual(await between([deployment(1, "a")], [other]), [
            "ConfigMap other comes",
            "Deployment airflow/scheduler goes",
        ]);
    });

    it("shows nothing of a Secret's data", async () => {
        const lines = await between([secret("old")], [{ ...secret(canary), type: "other" }]);
        assert.deepEqual(lines, ["Secret key: type: Opaque → other"]);
    });

    it("is not told where the chart cannot be had, and not asked where nothing changes", async () => {
        const nowhere: Render = () => Promise.resolve(undefined);
        assert.equal(await between([deployment(1, "a")], [deployment(2, "a")], nowhere), undefined);
        const never: Render = () => Promise.reject(new Error("asked"));
        assert.equal(await between([deployment(1, "a")], [deployment(1, "a")], never), undefined);
    });

    describe("by Helm", () => {
        let folder: string;
        let helm: string;

        before(() => {
            folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-rendering-"));
            mkdirSync(join(folder, ".rehearsal/bin"), { recursive: true });
            helm = join(folder, ".rehearsal/bin/helm");
            // Says what it was asked, and where.
            const says = `
                const { readFileSync } = require("node:fs");
                const [, , ...args] = process.argv;
                if (args.includes("missing")) process.exit(1);
                console.log(JSON.stringify({ args, folder: process.cwd(), values: JSON.parse(readFileSync(0, "utf8")) }));
            `;
            writeFileSync(helm, `#!${process.execPath}\n${says}`, { mode: 0o755 });
        });
        after(() => {
            rmSync(folder, { recursive: true });
        });

        it("is asked of the release as it is, in the program's folder, without a cluster", async () => {
            const said = await helmRendering(
                helm,
                folder,
            )({
                chart: "airflow",
                name: "airflow",
                namespace: "airflow",
                version: "1.22.0",
                repositoryOpts: { repo: "https://airflow.apache.org" },
                values: { config: "a\nb" },
            });
            assert.deepEqual(JSON.parse(String(said)), {
                args: [
                    ...["template", "--namespace", "airflow", "--repo", "https://airflow.apache.org"],
                    ...["--version", "1.22.0", "--include-crds", "--values", "-", "--", "airflow", "airflow"],
                ],
                folder,
                values: { config: "a\nb" },
            });
        });

        it("is nothing where Helm cannot have the chart", async () => {
            assert.equal(await helmRendering(helm, folder)({ chart: "missing", name: "x" }), undefined);
            assert.equal(await helmRendering(join(folder, "no-helm"), folder)({ chart: "x", name: "x" }), undefined);
        });

        it("is the rehearsal's where there is one", () => {
            assert.equal(helmProgram(folder), helm);
        });
    });

    it("is of values as Helm takes them, in a plan that shows each line of a text by itself", async function () {
        this.timeout(180_000);
        const { resources } = parsedPlan(JSON.stringify(await planOf("dev")));
        const { release: given, inputs } = resources[key] ?? {};
        assert.ok(given);
        assert.equal(given.chart, "rehearsal/charts/airflow-1.22.0.tgz");
        const settings = given.values?.airflowLocalSettings;
        assert.ok(typeof settings === "string" && settings.includes("\n"));
        assert.deepEqual((inputs?.values as Record<string, unknown>).airflowLocalSettings, settings.split("\n"));
    });
});
