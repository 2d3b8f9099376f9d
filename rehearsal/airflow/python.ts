import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Python {
    readonly path: string;
    /** Such as `3.12`. */
    readonly version: string;
}

/** What Airflow 3.3 and the providers in requirements.in have in common. */
const versions = ["3.12", "3.13", "3.11"];

// An environment with pip inside is what Debian leaves out unless it is asked for.
const question = "import sys, ensurepip, venv; print(sys.executable, '%d.%d' % sys.version_info[:2])";

/** A Python on this machine that Airflow runs on. */
export async function findPython(): Promise<Python> {
    const seen: string[] = [];
    for (const command of [...versions.map((version) => `python${version}`), "python3"]) {
        const answer = await ask(command);
        if (answer !== undefined && versions.includes(answer.version)) {
            return answer;
        }
        seen.push(`${command}: ${answer === undefined ? "none that runs, with its venv module" : answer.version}`);
    }
    throw new Error(
        `Airflow needs Python 3.11, 3.12 or 3.13, with its venv module, and this machine's PATH has none ` +
            `(${seen.join("; ")}). On Debian and Ubuntu: apt-get install python3 python3-venv.`,
    );
}

async function ask(command: string): Promise<Python | undefined> {
    try {
        const [path, version] = (await run(command, ["-I", "-c", question])).stdout.trim().split(" ");
        return path && version ? { path, version } : undefined;
    } catch (error) {
        // Not there, a version manager's stub without a version behind it, or a Python without venv.
        if (typeof (error as { code?: unknown }).code === "number" || (error as { code?: unknown }).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}
