import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MILLISECONDS = 100;

/**
 * Runs `work` while nobody else on the machine does so for the same subject, such as a folder; waits for whoever does.
 * The lock is a socket without a file, which the kernel lets go of when its holder dies, however it dies.
 */
export async function withMachineLock<T>(subject: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
    const name = `\0airflow-linkerd-${createHash("sha256").update(subject).digest("hex")}`;
    let server = await listen(name);
    if (server === undefined) {
        waiting();
    }
    while (server === undefined) {
        await delay(POLL_MILLISECONDS);
        server = await listen(name);
    }
    const held = server;
    try {
        return await work();
    } finally {
        await new Promise((closed) => held.close(closed));
    }
}

function listen(name: string): Promise<Server | undefined> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "EADDRINUSE") {
                resolve(undefined);
            } else {
                reject(error);
            }
        });
        server.listen(name, () => resolve(server));
    });
}
