import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";

import { issuerOf, readPorts } from "../../../rehearsal/cluster/ports.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { eventually } from "../bare-cluster.ts";
import { type CommandResult, Stage, withEntrance } from "../stage.ts";

/** Airflow's own account of one of its parts. */
export interface PartHealth {
    readonly status: string | null;
}

const HALF_A_DAY_MILLISECONDS = 12 * 3_600_000;

/**
 * The dev stack as one without teams has it, where all tasks may call what a team's may: teams.test.ts has it with its teams.
 * It has its entrance, and break-glass is open.
 */
export const realStageSettings = {
    ...withEntrance,
    login: {
        breakGlass: {
            until: new Date(Date.now() + HALF_A_DAY_MILLISECONDS).toISOString().replace(/\.\d+Z$/, "Z"),
            reason: "login.test.ts comes in by it",
        },
    },
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
    /** Where people reach Airflow, with who signed its certificate, and where they log in. */
    readonly airflow: string;
    readonly authorityFile: string;
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
    stage.configure(realStageSettings);
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
    const { identityProvider } = readPorts(stage.at);
    const { address, authorityFile } = await stage.door();
    assert.ok(identityProvider !== undefined && authorityFile !== undefined);
    const health = () => healthOf(address);
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
        airflow: address,
        authorityFile,
        identityProvider: issuerOf({ identityProvider }),
        health,
        healthy,
    };
}

/** By part, or undefined while no Airflow answers at the address. */
export async function healthOf(airflow: string): Promise<Readonly<Record<string, PartHealth>> | undefined> {
    try {
        const answer = await fetch(`${airflow}/api/v2/monitor/health`);
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
