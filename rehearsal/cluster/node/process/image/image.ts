import { fileURLToPath } from "node:url";

import { type Environment } from "../container-environment.ts";
import { type Mount } from "../sandbox.ts";

/** What stands in for a container image: programs of this machine at paths of their own, and the image's contract. */
export interface Image {
    /** Runs the container's arguments unless the pod gives a command. */
    readonly entrypoint: readonly string[];
    readonly environment: Environment;
    readonly mounts: readonly Mount[];
    readonly folders: readonly string[];
    readonly workingFolder: string;
    readonly home: string;
    readonly user: number;
    readonly group: number;
    readonly stopSignal: NodeJS.Signals;
}

/** Where our own stand-ins are: at a path that no pod mounts anything over, as it may over where they are here. */
export const OWN = "/opt/rehearsal";
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A file beside this one. */
export function source(path: string): string {
    return fileURLToPath(new URL(path, import.meta.url));
}

export function readOnly(path: string, target = path): Mount {
    return { source: path, target, readOnly: true };
}
