import { createHash } from "node:crypto";

import { type V1ConfigMap } from "@kubernetes/client-node";

import { namespaceIsEnding, refusalCode } from "./api/api-error.ts";
import { mergeByKey, type Kube } from "./api/kube.ts";
import { log } from "./log.ts";
import { type ClusterObjects } from "./api/cluster-objects.ts";
import { untilDone } from "./api/retry.ts";

// Linkerd's own names.
const namespace = "linkerd";
const source = "linkerd-identity-trust-roots";
const sourceKey = "ca-bundle.crt";

// What the rehearsal's admission policy takes as its parameter.
const target = "linkerd-injector-bundle";

/** What Linkerd's injector gives the pods that it injects: the roots themselves, and their fingerprint as a mark. */
export function injectorBundle(roots: V1ConfigMap | undefined): { [key: string]: string } | undefined {
    const text = roots?.data?.[sourceKey];
    return text === undefined
        ? undefined
        : { trustAnchors: `${text.trim()}\n`, trustRootSha256: createHash("sha256").update(text).digest("hex") };
}

/**
 * Stands in for one thing that Linkerd's injector does: it reads the trust bundle at each request. An admission policy
 * cannot compute a hash, so the hash is kept beside the roots in a ConfigMap of its own.
 */
export class InjectorBundle {
    readonly #kube: Kube;
    readonly #objects: ClusterObjects;
    #writing = false;

    constructor(kube: Kube, objects: ClusterObjects) {
        this.#kube = kube;
        this.#objects = objects;
    }

    /** A ConfigMap changed or went away, perhaps one of the two. */
    async configMapChanged(configMap: V1ConfigMap): Promise<void> {
        const { metadata } = configMap;
        const concerned = metadata?.namespace === namespace && [source, target].includes(metadata.name ?? "");
        if (!concerned || this.#writing) {
            return;
        }
        this.#writing = true;
        await untilDone(`config map ${namespace}/${target}`, () => this.#write());
        this.#writing = false;
    }

    async #write(): Promise<void> {
        let written = this.#objects.configMap(namespace, target)?.data;
        // The roots may change while the write is under way, and that change is not announced twice.
        for (let wanted = this.#wanted(); wanted && !same(wanted, written); wanted = this.#wanted()) {
            if (!(await this.#patch(wanted)) && !(await this.#create(wanted))) {
                return;
            }
            written = wanted;
            log(`config map ${namespace}/${target}: trustRootSha256 is ${wanted.trustRootSha256}`);
        }
    }

    #wanted(): Record<string, string> | undefined {
        return injectorBundle(this.#objects.configMap(namespace, source));
    }

    async #patch(data: Record<string, string>): Promise<boolean> {
        try {
            await this.#kube.core.patchNamespacedConfigMap({ namespace, name: target, body: { data } }, mergeByKey);
            return true;
        } catch (error) {
            if (refusalCode(error) === 404) {
                return false;
            }
            throw error;
        }
    }

    /** False when the namespace is gone or going: there is nobody left to read it. */
    async #create(data: Record<string, string>): Promise<boolean> {
        try {
            await this.#kube.core.createNamespacedConfigMap({ namespace, body: { metadata: { name: target }, data } });
            return true;
        } catch (error) {
            if (refusalCode(error) === 404 || namespaceIsEnding(error)) {
                return false;
            }
            throw error;
        }
    }
}

function same(wanted: Record<string, string>, written: Record<string, string> | undefined): boolean {
    return Object.entries(wanted).every(([key, value]) => written?.[key] === value);
}
