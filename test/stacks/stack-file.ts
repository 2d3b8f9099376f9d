import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { checkedConfig } from "../../stacks/config.ts";

type Sections = Record<string, unknown>;

export const cluster = { kind: "existing", kubeconfig: "kubeconfig" };
export const airflow = { database: { kind: "in-cluster" } };
const entrance = { kind: "none" };

/** The config of a stack whose file has these sections, and good ones where they say nothing. */
export function config(sections: Sections, { stack = "dev", secret = [] as string[] } = {}) {
    const values = Object.entries({ cluster, airflow, entrance, ...sections })
        .filter(([, section]) => section !== undefined)
        .map(([key, section]) => [key, typeof section === "string" ? section : JSON.stringify(section)]);
    return checkedConfig({
        stack,
        values: Object.fromEntries(values) as Record<string, string>,
        secretKeys: new Set(secret),
    });
}

/** Proves that these are all the problems, each word for word. */
export function refuses(problems: string[], sections: Sections, options?: Parameters<typeof config>[1]): void {
    const stack = options?.stack ?? "dev";
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    const lines = [
        `The config of stack ${stack} has ${count}. Nothing was changed.`,
        ...problems.map((text) => `  - ${text}`),
    ];
    assert.throws(
        () => config(sections, options),
        (error: unknown) => {
            // Pulumi shows this one's message alone; any other would come with a stack trace.
            assert.ok(error instanceof pulumi.RunError);
            assert.equal(error.message, lines.join("\n"));
            return true;
        },
    );
}

/** What is read of the section `airflow` that says this, and no more than it must besides. */
export function readAirflow(said: Sections, options?: Parameters<typeof config>[1]) {
    return config({ airflow: { ...airflow, ...said } }, options).airflow;
}

/** Proves that these are all the problems of such a section, each word for word after the section's name. */
export function refusesAirflow(problems: string[], said: Sections, options?: Parameters<typeof config>[1]): void {
    const lines = problems.map((text) => `airflow-linkerd:airflow.${text}`);
    refuses(lines, { airflow: { ...airflow, ...said } }, options);
}

/** Proves that such a section has one problem, with these words in it. */
export function refusesAirflowWith(words: RegExp, said: Sections, options?: Parameters<typeof config>[1]): void {
    assert.throws(
        () => readAirflow(said, options),
        (error: unknown) => {
            assert.ok(error instanceof pulumi.RunError);
            assert.equal(error.message.split("\n").length, 2, error.message);
            assert.match(error.message, words);
            return true;
        },
    );
}
