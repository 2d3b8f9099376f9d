import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { images } from "../../components/images.ts";
import { checkout } from "../../rehearsal/place.ts";

describe("docs/airflow-settings.md", () => {
    it("names every image that a mirror must have, and whether it takes a digest", async () => {
        const page = await readFile(join(checkout, "docs/airflow-settings.md"), "utf8");
        const table = /<!-- images -->([^]*)<!-- \/images -->/.exec(page)?.[1] ?? "";
        const rows = table
            .split("\n")
            .filter((line) => line.startsWith("| `"))
            .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
        assert.deepEqual(
            rows.map(([, name, image, byDigest]) => [name, image, byDigest]),
            Object.entries(images).map(([name, { registry, repository, tag, byDigest }]) => [
                name,
                `${registry}/${repository}:${tag}`,
                byDigest ? "yes" : "no",
            ]),
        );
    });
});
