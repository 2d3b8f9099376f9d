import { execFile } from "node:child_process";
import { promisify } from "node:util";

// cgo would ask for a C compiler; a workspace file above the checkout would change the pinned versions.
export const GO_ENVIRONMENT = { CGO_ENABLED: "0", GOWORK: "off" };

/** What Go answers, asked in the folder of a module. */
export async function go(folder: string, args: readonly string[]): Promise<string> {
    const options = { cwd: folder, env: { ...process.env, ...GO_ENVIRONMENT }, maxBuffer: 64 * 1024 * 1024 };
    return (await promisify(execFile)("go", args, options)).stdout;
}

/** @throws when Go is missing or older than `required`. `what` is built with it, for people. */
export async function requireGo(what: string, folder: string, required: string): Promise<void> {
    const answer = await go(folder, ["env", "GOVERSION"]).then(
        (text) => ({ version: text.trim(), words: "" }),
        (error: unknown) => ({ version: undefined, words: goWords(error) }),
    );
    const problem = goProblem(what, answer.version, required, answer.words);
    if (problem !== undefined) {
        throw new Error(problem);
    }
}

/** What is wrong with the Go that answered `version`, or undefined. `words` is what it said when it failed. */
export function goProblem(
    what: string,
    version: string | undefined,
    required: string,
    words: string,
): string | undefined {
    const wayOut = `install Go ${required} or newer (go.dev/doc/install) and run this again`;
    if (version === undefined) {
        return `the ${what} is built from Go modules, and no usable Go is on the PATH (${words}): ${wayOut}`;
    }
    const parts = (text: string) =>
        (/(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? []).slice(1).map((part) => Number(part ?? 0));
    const [have, need] = [parts(version), parts(required)];
    const different = need.findIndex((part, index) => part !== (have[index] ?? 0));
    if (different >= 0 && (have[different] ?? 0) < (need[different] ?? 0)) {
        return `the ${what} needs Go ${required}, and the one on the PATH is ${version}: ${wayOut}`;
    }
    return undefined;
}

/** The last that Go said about a failure: before it there are only downloads. */
export function goWords(error: unknown): string {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("go: downloading "));
    return lines.at(-1) ?? message;
}
