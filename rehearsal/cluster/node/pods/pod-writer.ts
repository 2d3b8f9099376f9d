import { type V1Pod, type V1PodStatus } from "@kubernetes/client-node";

import { refusalCode } from "../api/api-error.ts";
import { mergeByKey, type Kube } from "../api/kube.ts";
import { Slots } from "../api/slots.ts";

// Enough to keep the API server busy; more only opens connections when hundreds of pods start together.
const atOnce = 16;

/** Writes what a node may write about a pod: its status, and its end. */
export class PodWriter {
    readonly #kube: Kube;
    readonly #slots = new Slots(atOnce);

    constructor(kube: Kube) {
        this.#kube = kube;
    }

    /** Does nothing to another pod of the same name: the UID in the patch is a precondition. */
    async writeStatus(pod: V1Pod, status: V1PodStatus): Promise<void> {
        // A merge keeps what it does not mention, so a reason that no longer holds has to be taken away by name.
        const conditions = status.conditions?.map((one) => ({ reason: null, message: null, ...definedOf(one) }));
        const body = { metadata: { uid: pod.metadata?.uid }, status: { ...status, conditions } };
        await this.#unlessGone(() => this.#kube.core.patchNamespacedPodStatus({ ...nameOf(pod), body }, mergeByKey));
    }

    /** Takes the pod out of the API, once its containers have ended. */
    async remove(pod: V1Pod): Promise<void> {
        const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata?.uid } };
        await this.#unlessGone(() => this.#kube.core.deleteNamespacedPod({ ...nameOf(pod), body }));
    }

    async #unlessGone(write: () => Promise<unknown>): Promise<void> {
        try {
            await this.#slots.run(write);
        } catch (error) {
            // Somebody else removed it first, and the watch will say so.
            if (refusalCode(error) !== 404) {
                throw error;
            }
        }
    }
}

function nameOf(pod: V1Pod): { name: string; namespace: string } {
    return { name: pod.metadata?.name ?? "", namespace: pod.metadata?.namespace ?? "" };
}

function definedOf<T extends object>(object: T): Partial<T> {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}
