import { spawnSync } from "node:child_process";

import { CONTAINERS_VARIABLE, Containers } from "./containers.ts";
import { containerNeeds, provide } from "./debian-packages.ts";

/** Processes are told apart and looked after by what Linux says of them. */
export function requireLinux(platform: string = process.platform): void {
    if (platform !== "linux") {
        throw new Error(
            `the rehearsal runs on Linux, and this is ${platform}: on Windows use WSL2, elsewhere a virtual machine. ` +
                "What needs no cluster runs anywhere: npm test -- unit",
        );
    }
}

/**
 * Makes sure that this machine can run containers as processes: installs what is missing when it may, and otherwise says
 * how.
 *
 * @throws when it cannot, with the ways out.
 */
export async function provideMachineTools(progress: (line: string) => void): Promise<void> {
    try {
        await provide("containers that run as processes", containerNeeds, progress);
        requireNamespaces();
    } catch (error) {
        throw new Error(
            `${(error as Error).message}\nOr set ${CONTAINERS_VARIABLE}=${Containers.simulated}, and containers are ` +
                "reported as running instead: you see every object, and no Airflow.",
            { cause: error },
        );
    }
}

/** Without them the network between pods would be closed, because nothing could judge who may call whom. */
function requirePacketRules(): void {
    const { status, stderr } = spawnSync(
        "unshare",
        ["--user", "--map-root-user", "--net", "nft", "add table inet rehearsal"],
        { encoding: "utf8" },
    );
    if (status !== 0) {
        throw new Error(
            `this machine's kernel takes no packet rules, by which network policies are kept (${stderr.trim()}): load ` +
                "what does with sudo modprobe --all nf_tables nft_ct nft_chain_nat nft_fib_inet",
        );
    }
}

function requireNamespaces(): void {
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
    requirePacketRules();
}
