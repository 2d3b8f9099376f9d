import { setTimeout as delay } from "node:timers/promises";

import { type V1LifecycleHandler } from "@kubernetes/client-node";

import { attemptProbe, type Probed } from "./probe-attempt.ts";

/**
 * Does what a container wants done before it is asked to end, for as long as its grace lasts. Gives what went wrong: as
 * with a kubelet, the container is asked to end all the same.
 */
export async function preStop(
    hook: V1LifecycleHandler,
    probed: Probed,
    graceSeconds: number,
): Promise<string | undefined> {
    if (hook.sleep) {
        await delay(Math.min(hook.sleep.seconds, graceSeconds) * 1000);
        return undefined;
    }
    // A hook and a probe ask in the same ways.
    const { exec, httpGet } = hook;
    const { passed, message } = await attemptProbe({ exec, httpGet, timeoutSeconds: graceSeconds }, probed);
    return passed ? undefined : message;
}
