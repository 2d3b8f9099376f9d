import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { findPython } from "./airflow/python.ts";

/** A program that neither npm, Go nor PyPI brings. */
export interface Need {
    /** What a person would miss, in words. */
    readonly tool: string;
    readonly packages: readonly string[];
    isHere(): boolean | Promise<boolean>;
}

/** What installs and runs packages from PyPI. */
export const python: Need = { tool: "Python with venv", packages: ["python3", "python3-venv"], isHere: hasPython };

/** What runs containers as processes. */
export const containerNeeds: readonly Need[] = [
    { tool: "bwrap", packages: ["bubblewrap"], isHere: () => onPath("bwrap") },
    { tool: "nsenter and unshare", packages: ["util-linux"], isHere: () => onPath("nsenter") && onPath("unshare") },
    { tool: "ip", packages: ["iproute2"], isHere: () => onPath("ip") },
    { tool: "nft", packages: ["nftables"], isHere: () => onPath("nft") },
    python,
];

/** How packages come onto a machine. Tests give one of their own. */
export interface Installer {
    /** Whether apt-get is here and may be used. */
    readonly may: boolean;
    run(command: string, args: readonly string[]): void;
}

/**
 * Installs what of it is missing, as root on Debian and Ubuntu. Anybody else is told the one command. Looks again after,
 * because a package may bring less than its name says: Ubuntu's chromium is a stub for another store. `purpose` begins
 * the message, as in "the tests with real Airflow".
 */
export async function provide(
    purpose: string,
    needs: readonly Need[],
    progress: (line: string) => void,
    installer: Installer = aptGet,
): Promise<void> {
    const missing = await missingOf(needs);
    if (missing.length === 0) {
        return;
    }
    const packages = missing.flatMap((need) => need.packages);
    const install = ["install", "-y", "--no-install-recommends", ...packages];
    const said = `${purpose} need ${missing.map(({ tool }) => tool).join(", ")}`;
    if (!installer.may) {
        throw new Error(`${said}. Install it; on Debian and Ubuntu: sudo apt-get ${install.join(" ")}`);
    }
    progress(`installing ${packages.join(", ")}: ${said}`);
    installer.run("apt-get", ["update"]);
    installer.run("apt-get", install);
    const still = await missingOf(needs);
    if (still.length > 0) {
        throw new Error(
            `${still.map(({ tool }) => tool).join(", ")} is missing after "apt-get ${install.join(" ")}". ` +
                `Install it so that it is on the PATH.`,
        );
    }
}

const aptGet: Installer = {
    may: process.getuid?.() === 0 && onPath("apt-get"),
    run(command, args) {
        const { status, error } = spawnSync(command, args, {
            stdio: ["ignore", "inherit", "inherit"],
            env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        });
        if (error !== undefined || status !== 0) {
            throw error ?? new Error(`${command} ${args.join(" ")} ended with exit code ${status}`);
        }
    },
};

async function missingOf(needs: readonly Need[]): Promise<Need[]> {
    const here = await Promise.all(needs.map((need) => need.isHere()));
    return needs.filter((_need, index) => !here[index]);
}

export function onPath(program: string): boolean {
    // `ip` is in a folder that is on the PATH of administrators only, and runs for everybody.
    const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
    return folders.some((folder) => existsSync(join(folder, program)));
}

function hasPython(): Promise<boolean> {
    return findPython().then(
        () => true,
        () => false,
    );
}
