import { setTimeout as delay } from "node:timers/promises";

import { type V1Namespace, type V1NetworkPolicy, type V1Pod } from "@kubernetes/client-node";

import { explain } from "../../../api/api-error.ts";
import { log } from "../../../log.ts";
import { allows, type Call } from "./decision.ts";
import { type PodRules, podRules } from "./pod-rules.ts";
import { type PolicyPod, policyPod } from "./policy-pod.ts";

/** The objects that decide, as the API server has them now. */
export interface PolicySources {
    pods(): readonly V1Pod[];
    namespaces(): readonly V1Namespace[];
    policies(): readonly V1NetworkPolicy[];
}

/** Where rules are put in force. */
export interface Governed {
    /** Resolves when these rules, or later ones, are in force. */
    govern(pods: readonly PodRules[]): Promise<void>;
    /** Why they are not. */
    readonly problem: string | undefined;
}

export interface NetworkPoliciesOptions {
    readonly sources: PolicySources;
    readonly network: Governed;
    /** What rules can name as pods although no pod of the cluster is there. */
    readonly standIns: readonly PolicyPod[];
    /** How long a pod waits for its rules before its start has failed. Default 60 s: until then a busy machine is only slow. */
    readonly patienceMs?: number;
}

interface Admitted {
    readonly pod: V1Pod;
    readonly address: string;
}

// Many objects change together, and one set of rules is for all.
const GATHER_MS = 20;
const PATIENCE_MS = 60_000;

/** Keeps the rules of the cluster's network as its network policies, pods and namespaces say. */
export class NetworkPolicies {
    readonly #options: NetworkPoliciesOptions;
    /** Pods that have a network here or are about to. The API server hears of their addresses only later. */
    readonly #admitted = new Map<string, Admitted>();
    readonly #listeners: (() => void)[] = [];
    #rules: ReadonlyMap<string, PodRules> = new Map();
    #settling: Promise<void> | undefined;

    constructor(options: NetworkPoliciesOptions) {
        this.#options = options;
    }

    /**
     * Resolves when the rules for a pod are in force, so that it never has a network without them.
     *
     * @throws when that takes too long.
     */
    async admit(pod: V1Pod, address: string): Promise<void> {
        const { network, patienceMs = PATIENCE_MS } = this.#options;
        this.#admitted.set(pod.metadata?.uid ?? "", { pod, address });
        const waiting = new AbortController();
        const inForce = await Promise.race([
            this.settled().then(() => true),
            delay(patienceMs, false, { signal: waiting.signal }),
        ]).finally(() => {
            waiting.abort();
        });
        if (!inForce) {
            const why = network.problem ?? `not done in ${String(patienceMs / 1000)} s`;
            throw new Error(`the rules of its NetworkPolicies cannot be put in force, so it gets no network: ${why}`);
        }
    }

    /** The pod runs nothing any more: its address may soon be another's. */
    leave(uid: string): void {
        if (this.#admitted.delete(uid)) {
            this.changed();
        }
    }

    /** One of the sources changed. */
    changed(): void {
        // It has said why, and the network is closed until a change that it can follow.
        this.settled().catch(() => undefined);
    }

    /** Resolves when the rules are in force that follow from the sources as they are now. */
    settled(): Promise<void> {
        this.#settling ??= delay(GATHER_MS).then(() => {
            this.#settling = undefined;
            return this.#settle();
        });
        return this.#settling;
    }

    /** Whether the pod with this address may make this call. */
    mayCall(address: string, call: Call): boolean {
        const rules = this.#rules.get(address);
        return rules !== undefined && allows(rules, "egress", call);
    }

    /** Calls back after each change of the rules. */
    whenChanged(listener: () => void): void {
        this.#listeners.push(listener);
    }

    async #settle(): Promise<void> {
        let rules: readonly PodRules[];
        try {
            rules = this.#derived();
        } catch (error) {
            log(`the network policies cannot be followed, so no pod reaches anything: ${explain(error)}`);
            await this.#enforce([]);
            throw error;
        }
        await this.#enforce(rules);
    }

    async #enforce(rules: readonly PodRules[]): Promise<void> {
        this.#rules = new Map(rules.map((one) => [one.address, one]));
        this.#listeners.forEach((listener) => {
            listener();
        });
        await this.#options.network.govern(rules);
    }

    #derived(): PodRules[] {
        const { sources, standIns } = this.#options;
        const pods = new Map(standIns.map((pod) => [pod.address, pod]));
        const known = new Map(sources.pods().map((pod) => [pod.metadata?.uid ?? "", pod]));
        for (const pod of known.values()) {
            add(pods, policyPod(pod));
        }
        for (const [uid, { pod, address }] of this.#admitted) {
            // Its labels may have changed since it was admitted.
            add(pods, policyPod(known.get(uid) ?? pod, address));
        }
        const namespaces = new Map(
            sources.namespaces().map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}]),
        );
        return podRules({ pods: [...pods.values()], namespaces, policies: sources.policies() });
    }
}

function add(pods: Map<string, PolicyPod>, pod: PolicyPod | undefined): void {
    if (pod !== undefined) {
        pods.set(pod.address, pod);
    }
}
