import { type V1Pod } from "@kubernetes/client-node";

import { explain } from "../api/api-error.ts";
import { type Kube } from "../api/kube.ts";
import { log } from "../log.ts";

/** What the node tells whoever describes a pod, beside the pod's status. */
export class PodEvents {
    readonly #kube: Kube;

    constructor(kube: Kube) {
        this.#kube = kube;
    }

    /** Never rejects: what is told is in the node's log as well. */
    async warn(pod: V1Pod, reason: string, message: string): Promise<void> {
        const { name = "", namespace = "", uid } = pod.metadata ?? {};
        const now = new Date();
        log(`pod ${namespace}/${name}: ${reason}: ${message}`);
        try {
            await this.#kube.core.createNamespacedEvent({
                namespace,
                body: {
                    metadata: { generateName: `${name}.`, namespace },
                    involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
                    type: "Warning",
                    reason,
                    message,
                    source: { component: "rehearsal-node", host: pod.spec?.nodeName },
                    firstTimestamp: now,
                    lastTimestamp: now,
                    count: 1,
                },
            });
        } catch (error) {
            log(`pod ${namespace}/${name}: the event could not be written: ${explain(error)}`);
        }
    }
}
