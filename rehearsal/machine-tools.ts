import { spawnSync } from "node:child_process";

import { containerNeeds, provide } from "./debian-packages.ts";

/**
 * Makes sure that this machine can run containers as processes: installs what is missing when it may, and otherwise says
 * how.
 *
 * @throws when it cannot, with the way out.
 */
export async function provideMachineTools(progress: (line: string) => void): Promise<void> {
    if (process.platform !== "linux") {
        throw new Error(
            `containers run as processes on Linux only, and this is ${process.platform}: on Windows use WSL2, elsewhere a ` +
                "virtual machine, or leave the containers simulated",
        );
    }
    await provide("containers that run as processes", containerNeeds, progress);
    const { status, stderr } = spawnSync("unshare", ["--user", "--map-root-user", "--net", "true"], {
        encoding: "utf8",
    });
    if (status !== 0) {
        throw new Error(
            `this user may not make namespaces, in which containers run (${stderr.trim()}): allow it with ` +
                "sudo sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0 " +
                "(a system knows one of the two)",
        );
    }
}
