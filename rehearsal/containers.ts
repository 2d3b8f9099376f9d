import { readFileSync } from "node:fs";
import { join } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { type Place } from "./place.ts";

/** How the containers of Airflow, PgBouncer and PostgreSQL come to be. Every other one is reported, never run. */
export const Containers = {
    /** As processes of this machine. */
    processes: "processes",
    /** Reported as running: for what looks at objects only, in half the time. */
    simulated: "simulated",
} as const;
export type Containers = (typeof Containers)[keyof typeof Containers];

/** Chooses between the two. */
export const CONTAINERS_VARIABLE = "AIRFLOW_LINKERD_CONTAINERS";

/** What the environment asks for. */
export function askedContainers(value = process.env[CONTAINERS_VARIABLE]): Containers | undefined {
    if (value === undefined || value === "") {
        return undefined;
    }
    const asked = Object.values(Containers).find((mode) => mode === value);
    if (asked === undefined) {
        const modes = Object.values(Containers).join(" or ");
        throw new Error(`${CONTAINERS_VARIABLE} is "${value}": set it to ${modes}, or unset it for processes`);
    }
    return asked;
}

/** What a command that continues goes on with, such as `down`: what was asked for at the place's last start. */
export function containersOf(at: Place): Containers {
    try {
        return askedContainers(readFileSync(file(at), "utf8").trim()) ?? Containers.processes;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return Containers.processes;
        }
        throw error;
    }
}

export function rememberContainers(at: Place, containers: Containers): void {
    writeFileAtomic.sync(file(at), `${containers}\n`, { mode: 0o600 });
}

function file(at: Place): string {
    return join(at.cluster, "containers");
}
