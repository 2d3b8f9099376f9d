import { section, textTable } from "../stack/text-table.ts";
import { type Reach } from "./reach.ts";
import { type TaskChain } from "./task-chain.ts";

/** What a team's tasks run as and may do, below a heading, as lines of a terminal. */
export function chainLines(chain: TaskChain): string[] {
    const reach = (title: string, rows: readonly Reach[]) =>
        reachLines(title, rows).map((line) => `  ${line}`.trimEnd());
    return [
        ...factLines(chainFacts(chain)),
        ...reach("may call", chain.calls),
        ...reach("may reach outside of the mesh", chain.hosts),
    ];
}

/** Each fact in a line, by what it is called. */
export function factLines(facts: readonly (readonly [string, string])[]): string[] {
    const [, ...lines] = textTable(["", ""], facts);
    return lines.map((line) => `  ${line}`);
}

/** What is one of each for a team, by what it is called. */
export function chainFacts(chain: TaskChain): [string, string][] {
    const { owners, dags, namespace, serviceAccount, meshIdentity, role, limits } = chain;
    return [
        ...(owners.length === 0 ? [] : [["owners", owners.join(", ")] as [string, string]]),
        ...dags.map(({ bundle, from }): [string, string] => ["DAGs", `bundle ${bundle}: ${from}`]),
        ["namespace", namespace],
        ["account", serviceAccount],
        ["mesh identity", meshIdentity],
        ["IAM role", role === undefined ? "none" : `${role.arn}, by ${role.binding}`],
        ...(role?.may ?? []).map((right): [string, string] => ["in AWS may", right]),
        ...(limits === undefined
            ? []
            : ([
                  [
                      "at once",
                      `${limits.quota.pods} pods, ${limits.quota.cpu} cores, ${limits.quota.memory} of memory, ` +
                          `${limits.quota.ephemeralStorage} of disk`,
                  ],
                  ["images", ["the platform's", ...limits.images].join(", ")],
                  ...limits.placements.map(({ nodeSelector }) => ["nodes besides", JSON.stringify(nodeSelector)]),
                  ["makes pods", limits.launchPods ? "yes" : "no"],
              ] as [string, string][])),
    ];
}

function reachLines(title: string, rows: readonly Reach[]): string[] {
    const [heads, ...cells] = reachTexts(rows);
    return section(
        title,
        heads.map((head) => head.toUpperCase()),
        cells,
    );
}

/** A table of rows with its heads first. Requests are in it where a row names any. */
export function reachTexts(rows: readonly Reach[]): [string[], ...string[][]] {
    const narrowed = rows.some(({ requests }) => requests !== undefined);
    return [
        ["To", "Port", ...(narrowed ? ["Requests"] : []), "Why"],
        ...rows.map(({ to, port, requests, reason }) => [to, port, ...(narrowed ? [requests ?? "all"] : []), reason]),
    ];
}
