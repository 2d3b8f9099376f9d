import { type V1Node } from "@kubernetes/client-node";

import { explain, refusalCode } from "./api/api-error.ts";
import { mergeByKey, type Kube } from "./api/kube.ts";
import { log } from "./log.ts";
import { nodeLease, nodeObject, type RehearsalNode } from "./node-object.ts";
import { untilDone } from "./api/retry.ts";

// A kubelet's period: a quarter of the lease.
const renewEveryMs = 10_000;
const leaseNamespace = "kube-node-lease";

/** Registers one node and keeps it alive in the control plane's eyes. */
export class NodeRegistration {
    readonly #node: RehearsalNode;
    readonly #kube: Kube;
    readonly #kubeletPort: number | undefined;
    #uid = "";
    #registering = false;
    #missed = false;

    constructor(node: RehearsalNode, kube: Kube, kubeletPort?: number) {
        this.#node = node;
        this.#kube = kube;
        this.#kubeletPort = kubeletPort;
    }

    async start(): Promise<void> {
        await this.register();
        setInterval(() => void this.#beat(), renewEveryMs);
    }

    /** Makes the node exist and be Ready, with a fresh lease. */
    async register(): Promise<void> {
        if (this.#registering) {
            return;
        }
        this.#registering = true;
        await untilDone(`node ${this.#node.name}`, async () => {
            const made = await this.#write();
            this.#uid = made.metadata?.uid ?? "";
            await this.#renew();
            log(`node ${this.#node.name}: registered`);
        });
        this.#registering = false;
    }

    /** The control plane's view of the node changed, perhaps to something that is not so. */
    seen(node: V1Node): void {
        const ready = node.status?.conditions?.find((condition) => condition.type === "Ready");
        if (ready?.status !== "True") {
            void this.register();
        }
    }

    async #write(): Promise<V1Node> {
        const body = nodeObject(this.#node, new Date(), this.#kubeletPort);
        const { name } = this.#node;
        try {
            return await this.#kube.core.createNode({ body });
        } catch (error) {
            if (refusalCode(error) !== 409) {
                throw error;
            }
        }
        const labels = { metadata: { labels: body.metadata?.labels } };
        await this.#kube.core.patchNode({ name, body: labels }, mergeByKey);
        return await this.#kube.core.patchNodeStatus({ name, body: { status: body.status } }, mergeByKey);
    }

    async #renew(): Promise<void> {
        const { name } = this.#node;
        const lease = nodeLease(name, this.#uid, new Date());
        const at = { namespace: leaseNamespace };
        try {
            await this.#kube.coordination.patchNamespacedLease({ ...at, name, body: lease }, mergeByKey);
        } catch (error) {
            if (refusalCode(error) !== 404) {
                throw error;
            }
            await this.#kube.coordination.createNamespacedLease({ ...at, body: lease });
        }
    }

    async #beat(): Promise<void> {
        try {
            await this.#renew();
            this.#missed = false;
        } catch (error) {
            // The next beat tries again; a missed one matters only when several follow.
            if (!this.#missed) {
                log(`lease of node ${this.#node.name}: ${explain(error)}; trying again`);
            }
            this.#missed = true;
        }
    }
}
