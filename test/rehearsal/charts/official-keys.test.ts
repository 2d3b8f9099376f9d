import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { type ChartKeys } from "../../../components/airflow/chart-values/chart-keys.ts";
import { officialKeys } from "../../../components/airflow/chart-values/official-keys.ts";
import { acceptedKeys } from "../../../rehearsal/charts/accepted-keys.ts";
import { checkout } from "../../../rehearsal/place.ts";

const folder = join(checkout, "rehearsal/charts/airflow/templates");

/** Paths that templates read below a root, such as `$values`. */
function read(root: RegExp): string[][] {
    const text = readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), "utf8"))
        .join("\n");
    return [...text.matchAll(root)].map(([, path = ""]) => path.split("."));
}

function known(path: readonly string[], below: ChartKeys[string] | undefined): boolean {
    const [key, ...rest] = path;
    if (key === undefined || below === "map" || below === undefined) {
        return below !== undefined;
    }
    return typeof below === "object" && Object.hasOwn(below, key) && known(rest, below[key]);
}

/** Paths of the keys that one has and the other lacks. */
function beyond(keys: ChartKeys, others: ChartKeys, above = ""): string[] {
    return Object.entries(keys).flatMap(([key, below]) => {
        const other = Object.hasOwn(others, key) ? others[key] : undefined;
        if (other === undefined) {
            return [`${above}${key}`];
        }
        return typeof below === "object" && typeof other === "object" ? beyond(below, other, `${above}${key}.`) : [];
    });
}

describe("the stand-in for Airflow's chart", () => {
    it("takes no key that the official chart does not, but for Helm's own", () => {
        assert.deepEqual(beyond(acceptedKeys("airflow"), officialKeys), ["global"]);
    });

    it("takes freely only what the official chart takes freely", () => {
        const free = (keys: ChartKeys, others: ChartKeys, above = ""): string[] =>
            Object.entries(keys).flatMap(([key, below]) => {
                const other = others[key];
                if (below === "map" && typeof other === "object") {
                    return [`${above}${key}`];
                }
                return typeof below === "object" && typeof other === "object"
                    ? free(below, other, `${above}${key}.`)
                    : [];
            });
        assert.deepEqual(free(acceptedKeys("airflow"), officialKeys), []);
    });

    it("reads in its templates only values of the official chart", () => {
        const paths = read(/(?:\.Values|\$values)\.([A-Za-z_][\w.]*)/g);
        assert.ok(paths.length > 60);
        const invented = paths.filter((path) => !known(path, officialKeys)).map((path) => path.join("."));
        assert.deepEqual(invented, []);
    });

    it("reads of a component only what the official chart has for one", () => {
        const components = ["scheduler", "apiServer", "dagProcessor", "triggerer", "pgbouncer", "migrateDatabaseJob"];
        const paths = read(/(?:\.settings|\$settings)\.([A-Za-z_][\w.]*)/g);
        assert.ok(paths.length > 60);
        const invented = paths.filter((path) => !components.some((name) => known([name, ...path], officialKeys)));
        assert.deepEqual(invented, []);
    });
});
