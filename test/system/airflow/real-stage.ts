import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";

import { addressOf, issuerOf, readPorts } from "../../../rehearsal/cluster/ports.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { eventually } from "../bare-cluster.ts";
import { type CommandResult, Stage } from "../stage.ts";

/** Airflow's own account of one of its parts. */
export interface PartHealth {
    readonly status: string | null;
}

/** The dev stack as one without teams has it, where all tasks may call what a team's may. teams.test.ts has it with its teams. */
export const withoutTeams = {
    teams: [],
    mesh: {
        calls: [
            {
                namespace: "greeter",
                service: "greeter",
                labels: { app: "greeter" },
                port: 8080,
                reason: "a DAG of the examples calls it",
            },
        ],
    },
};

/** The dev stack without teams, its containers run as processes: Airflow, PostgreSQL and the identity provider for real. */
export interface RealStage {
    readonly stage: Stage;
    /** How the first `up` on the empty stage ended. */
    readonly first: CommandResult;
    /** Where people reach Airflow, and where they log in. */
    readonly airflow: string;
    readonly identityProvider: string;
    /** By part, or undefined while Airflow does not answer. */
    health(): Promise<Readonly<Record<string, PartHealth>> | undefined>;
    /** The same once every part is healthy. The test's own timeout is the limit. */
    healthy(): Promise<Readonly<Record<string, PartHealth>>>;
}

let shared: Promise<RealStage> | undefined;

/**
 * One stage with processes for all tests of a run, since it takes a minute or two to come up. Whoever changes it leaves it
 * as it was: healthy, and with the config of the dev stack.
 */
export function realStage(): Promise<RealStage> {
    shared ??= open();
    return shared;
}

async function open(): Promise<RealStage> {
    const stage = new Stage(Containers.processes);
    stage.configure(withoutTeams);
    // The examples, and what only tests run.
    for (const folder of ["examples/dags", "test/system/airflow/dags"]) {
        cpSync(join(checkout, folder), join(stage.at.root, "dags"), { recursive: true });
    }
    console.log("      waiting for the dev stack, with its containers as processes");
    const first = await stage.run("up");
    if (first.exitCode !== 0) {
        // Nobody will have it, so nobody else would end it.
        await stage.close();
    }
    assert.equal(first.exitCode, 0, first.output);
    const { airflow, identityProvider } = readPorts(stage.at);
    assert.ok(airflow !== undefined && identityProvider !== undefined);
    const health = () => healthOf(stage);
    const healthy = async () => {
        console.log("      waiting until every part of Airflow is healthy");
        return eventually(async () => {
            const parts = await health();
            return parts && Object.values(parts).every(({ status }) => status === "healthy") ? parts : undefined;
        });
    };
    return {
        stage,
        first,
        airflow: addressOf(airflow),
        identityProvider: issuerOf({ identityProvider }),
        health,
        healthy,
    };
}

/** By part, or undefined while nobody answers at the stage's address. */
export async function healthOf({ at }: Stage): Promise<Readonly<Record<string, PartHealth>> | undefined> {
    const { airflow } = readPorts(at);
    assert.ok(airflow !== undefined);
    try {
        const answer = await fetch(`${addressOf(airflow)}/api/v2/monitor/health`);
        return answer.ok ? ((await answer.json()) as Record<string, PartHealth>) : undefined;
    } catch {
        return undefined; // Nobody behind the Service at this moment.
    }
}

after(async function () {
    // Every pod is given its own time to end.
    this.timeout("2m");
    if (shared !== undefined) {
        await (await shared).stage.close();
    }
});
