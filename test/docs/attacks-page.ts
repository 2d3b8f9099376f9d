import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";
import { type CataloguedAttack } from "../support/attacks/attacks.ts";
import { markdownTable, withWrittenPart } from "./written-part.ts";

export const attacksFile = join(checkout, "docs", "attacks.md");

interface TestedAttack extends CataloguedAttack {
    /** Within the checkout. */
    readonly file: string;
}

/** The page with the tables in their place. */
export function withAttacks(page: string, tables: string): string {
    return withWrittenPart("docs/attacks.md", page, tables);
}

/** A table for each authority. */
export function attackTables(): string {
    const attacks = testedAttacks();
    const authorities = [...new Set(attacks.map(({ authority }) => authority))].sort();
    return [
        `${attacks.length} attacks, each tried with the authority and without it.`,
        ...authorities.flatMap((authority) => {
            const rows = attacks.filter((attack) => attack.authority === authority);
            return [
                `### ${authority[0]?.toUpperCase()}${authority.slice(1)} (${rows.length})`,
                markdownTable(
                    ["Who", "Tries", "Test"],
                    rows.map(({ by, name, file }) => [by, name, `[${file.split("/").at(-1)}](../${file})`]),
                ),
            ];
        }),
    ].join("\n\n");
}

/** Every attack that some test tries, by the file that it is in. */
export function testedAttacks(): readonly TestedAttack[] {
    return [...ofMocha(), ...ofPytest()].sort(
        (one, other) => compare(one.file, other.file) || compare(one.by, other.by),
    );
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function ofMocha(): readonly TestedAttack[] {
    const files = globSync("test/**/*.test.ts", { cwd: checkout }).filter((file) =>
        /^ *refusesAttacks\(/m.test(readFileSync(join(checkout, file), "utf8")),
    );
    const listed = execFileSync(process.execPath, [join(checkout, "test/docs/list-attacks.ts"), ...files], {
        cwd: checkout,
        encoding: "utf8",
    });
    return JSON.parse(listed) as TestedAttack[];
}

/** Read and not run, since that takes an Airflow: both tests of such a file are made for each that is in its list. */
function ofPytest(): readonly TestedAttack[] {
    return globSync("test/components/**/*attacks_test.py", { cwd: checkout }).flatMap((file) => {
        const text = readFileSync(join(checkout, file), "utf8");
        const constant = (name: string) => new RegExp(`^${name} = "([^"]+)"$`, "m").exec(text)?.[1] ?? "";
        const names = [...text.matchAll(/^ {4}Attack\(\s*"([^"]+)"/gm)];
        return names.map(([, name = ""]) => ({ by: constant("BY"), name, authority: constant("AUTHORITY"), file }));
    });
}
