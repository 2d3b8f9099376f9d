import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Programs that containers are run with, and the packages of Debian and Ubuntu that have them. */
const TOOLS = { bwrap: "bubblewrap", nsenter: "util-linux", unshare: "util-linux", ip: "iproute2" } as const;

// Not on the PATH of every user, and readable by all.
const FURTHER = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

/**
 * Makes sure that this machine can run containers as processes: installs what is missing when it may, and otherwise says
 * how.
 *
 * @throws when it cannot, with the way out.
 */
export function provideMachineTools(progress: (line: string) => void): void {
    if (process.platform !== "linux") {
        throw new Error(
            `containers run as processes on Linux only, and this is ${process.platform}: on Windows use WSL2, elsewhere a ` +
                "virtual machine, or leave the containers simulated",
        );
    }
    const packages = missingPackages(isThere);
    const command = ["apt-get", "install", "--yes", "--no-install-recommends", ...packages];
    if (packages.length > 0) {
        if (process.getuid?.() !== 0 || !isThere("apt-get")) {
            throw new Error(`${packages.join(", ")} must be installed to run containers: sudo ${command.join(" ")}`);
        }
        progress(`installing ${packages.join(", ")} with apt-get`);
        run(["apt-get", "update", "--quiet"]);
        run(command);
    }
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

/** The packages to install, each once. */
export function missingPackages(isPresent: (program: string) => boolean): string[] {
    const missing = Object.entries(TOOLS).filter(([program]) => !isPresent(program));
    return [...new Set(missing.map(([, name]) => name))];
}

function isThere(program: string): boolean {
    const folders = [...(process.env.PATH ?? "").split(delimiter), ...FURTHER];
    return folders.some((folder) => existsSync(join(folder, program)));
}

function run(command: readonly string[]): void {
    const [program = "", ...args] = command;
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8", env: environment });
    if (status !== 0) {
        throw new Error(`${command.join(" ")} failed: ${stderr.trim()}`, { cause: error });
    }
}
