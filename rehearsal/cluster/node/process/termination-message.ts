import { existsSync, readFileSync } from "node:fs";

import { type V1Container } from "@kubernetes/client-node";

// The kubelet's own bounds.
const LINES = 80;
const BYTES = 2048;

/**
 * What a container that failed says in its pod's status: the end of its log, where it asks for that. The file that a
 * container may write instead is not there.
 */
export function terminationMessage(container: V1Container, exitCode: number, logFile: string): string | undefined {
    if (exitCode === 0 || container.terminationMessagePolicy !== "FallbackToLogsOnError" || !existsSync(logFile)) {
        return undefined;
    }
    const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-LINES);
    return Buffer.from(lines.join("\n")).subarray(-BYTES).toString("utf8");
}
