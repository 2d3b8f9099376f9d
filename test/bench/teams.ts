import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { parseDocument } from "yaml";

import { Stage } from "../system/stage.ts";

const counts = [10, 100, 1000];

/** What one run of the program took. */
export interface ProgramCost {
    readonly ms: number;
    readonly bytes: number;
    readonly resources: number;
}

/** Teams as a stack's file lists them, each with what most have: groups, DAGs of its own, a host and a service to call. */
export function manyTeams(count: number): readonly object[] {
    return Array.from({ length: count }, (_, index) => ({
        name: `team-${String(index).padStart(4, "0")}`,
        owners: [`#team-${String(index)}`],
        groups: { author: [`authors-${String(index)}`], viewer: [`viewers-${String(index)}`] },
        dags: { kind: "local", path: `/opt/airflow/dags/${String(index)}` },
        egress: [{ hosts: [`api-${String(index)}.example.com`], reason: "what its DAGs read" }],
        calls: [{ namespace: "catalog", labels: { app: "catalog" }, port: 8080 }],
    }));
}

/** What the program of the stage's stack costs with so many teams, and how much of that each team adds. */
export async function teamCosts(
    stage: Stage,
    cost: () => Promise<ProgramCost>,
): Promise<{ what: string; measured: string; reach: string }[]> {
    const costs: (ProgramCost & { readonly teams: number })[] = [];
    for (const teams of counts) {
        const file = join(dirname(stage.configFile), `teams-${String(teams)}.yaml`);
        writeFileSync(file, JSON.stringify(manyTeams(teams)));
        setTeams(stage, file);
        costs.push({ teams, ...(await cost()) });
    }
    const perTeam = costs.flatMap((more, index) => {
        const fewer = costs[index - 1];
        if (fewer === undefined) {
            return [];
        }
        const each = (key: "ms" | "bytes" | "resources") => (more[key] - fewer[key]) / (more.teams - fewer.teams);
        return [
            {
                what: `each team from ${String(fewer.teams)} to ${String(more.teams)}`,
                measured: `${each("ms").toFixed(1)} ms, ${(each("bytes") / 1e3).toFixed(0)} kB, ${each("resources").toFixed(1)} objects`,
                reach: "15 ms, 100 kB",
            },
        ];
    });
    return [
        ...costs.map(({ teams, ms, bytes, resources }) => ({
            what: `program with ${String(teams)} teams`,
            measured: `${(ms / 1000).toFixed(2)} s, ${(bytes / 1e6).toFixed(0)} MB, ${String(resources)} objects`,
            reach: "-",
        })),
        ...perTeam,
    ];
}

/** More teams than a stack's own file can hold. */
function setTeams({ configFile }: Stage, file: string): void {
    const document = parseDocument(readFileSync(configFile, "utf8"));
    document.deleteIn(["config", "airflow-linkerd:teams"]);
    document.setIn(["config", "airflow-linkerd:teamsFile"], file);
    writeFileSync(configFile, document.toString());
}

/** Brings up the dev stack with a hundred teams on a real API server, its containers simulated. */
export async function hundredTeams(): Promise<{ what: string; measured: string; reach: string }> {
    const stage = new Stage();
    try {
        stage.configure({ teams: manyTeams(100) });
        const began = performance.now();
        const { exitCode, stdout, output } = await stage.run("up", ["--json"]);
        if (exitCode !== 0) {
            throw new Error(`up with a hundred teams failed:\n${output}`);
        }
        const { changeSummary } = JSON.parse(stdout) as { changeSummary: Record<string, number> };
        const seconds = (performance.now() - began) / 1000;
        const measured = `${seconds.toFixed(0)} s, ${String(changeSummary.create ?? 0)} objects`;
        return { what: "first up with 100 teams, simulated", measured, reach: "-" };
    } finally {
        await stage.close();
    }
}
