import { readFileSync } from "node:fs";
import { request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

import { type Administrator } from "./control-plane-files.ts";

const POLL_MILLISECONDS = 50;
const TIMEOUT_SECONDS = 60;

/**
 * Waits until the API server answers each of the paths with 200.
 *
 * @param check called between tries; throws when waiting has become pointless.
 */
export async function answers(port: number, admin: Administrator, paths: string[], check: () => void): Promise<void> {
    const deadline = performance.now() + TIMEOUT_SECONDS * 1000;
    for (const path of paths) {
        let answer = await get(port, admin, path);
        while (answer !== "200") {
            check();
            if (performance.now() > deadline) {
                throw new Error(
                    `the API server does not answer https://127.0.0.1:${String(port)}${path} with 200 within ` +
                        `${String(TIMEOUT_SECONDS)} s (last: ${answer}): the logs are in the place's cluster/logs folder`,
                );
            }
            await delay(POLL_MILLISECONDS);
            answer = await get(port, admin, path);
        }
    }
}

/** The status, or why there is none. */
function get(port: number, admin: Administrator, path: string): Promise<string> {
    return new Promise((resolve) => {
        const call = request(
            {
                host: "127.0.0.1",
                port,
                path,
                ca: readFileSync(admin.authority),
                cert: readFileSync(admin.certificateFile),
                key: readFileSync(admin.keyFile),
                agent: false,
                timeout: 5000,
            },
            (response) => {
                response.resume();
                resolve(String(response.statusCode));
            },
        );
        call.once("timeout", () => call.destroy(new Error("no answer within 5 s")));
        call.once("error", (error) => {
            resolve(error.message);
        });
        call.end();
    });
}
