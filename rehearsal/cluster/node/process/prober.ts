import { type V1Container, type V1Probe } from "@kubernetes/client-node";

export interface ProbeResult {
    readonly passed: boolean;
    readonly message: string;
}

export interface ProberOptions {
    readonly container: V1Container;
    readonly attempt: (probe: V1Probe) => Promise<ProbeResult>;
    /** Called when the container has started, and when it became ready or unready. */
    readonly changed: (state: { started: boolean; ready: boolean }) => void;
    /** Called when the container has to be ended. */
    readonly failed: (message: string) => void;
}

type Kind = "startupProbe" | "readinessProbe" | "livenessProbe";

/** At what is not ready yet a kubelet looks more often than the probe's period says, so that it soon is. */
const UNREADY_SECONDS = 1;

/** Runs a container's probes as a kubelet does: the startup probe alone until it passes, then the others. */
export class Prober {
    readonly #options: ProberOptions;
    readonly #timers = new Set<NodeJS.Timeout>();
    readonly #began = Date.now();
    #started: boolean;
    #ready: boolean;
    #stopped = false;

    /** `before` is what an earlier node process had found out. */
    constructor(options: ProberOptions, before?: { started: boolean; ready: boolean }) {
        this.#options = options;
        const { startupProbe, readinessProbe } = options.container;
        this.#started = before?.started ?? startupProbe === undefined;
        this.#ready = before?.ready ?? (this.#started && readinessProbe === undefined);
    }

    get state(): { started: boolean; ready: boolean } {
        return { started: this.#started, ready: this.#ready };
    }

    begin(): void {
        if (this.#started) {
            this.#watch();
        } else {
            this.#repeat("startupProbe", (passed, message) => {
                if (passed) {
                    this.#started = true;
                    this.#ready = this.#options.container.readinessProbe === undefined;
                    this.#tell();
                    this.#watch();
                } else {
                    this.#options.failed(`its startup probe failed: ${message}`);
                }
                return false;
            });
        }
    }

    stop(): void {
        this.#stopped = true;
        for (const timer of this.#timers) {
            clearTimeout(timer);
        }
    }

    #watch(): void {
        this.#repeat("readinessProbe", (passed) => {
            if (passed !== this.#ready) {
                this.#ready = passed;
                this.#tell();
            }
            return true;
        });
        this.#repeat("livenessProbe", (passed, message) => {
            if (!passed) {
                this.#options.failed(`its liveness probe failed: ${message}`);
            }
            return passed;
        });
    }

    #tell(): void {
        this.#options.changed(this.state);
    }

    /** Calls `decided` whenever a threshold is reached, and goes on while it says so. */
    #repeat(kind: Kind, decided: (passed: boolean, message: string) => boolean): void {
        const probe = this.#options.container[kind];
        if (probe === undefined) {
            return;
        }
        let successes = 0;
        let failures = 0;
        const once = async (): Promise<void> => {
            const { passed, message } = await this.#options.attempt(probe);
            if (this.#stopped) {
                return;
            }
            successes = passed ? successes + 1 : 0;
            failures = passed ? 0 : failures + 1;
            const reached = passed
                ? successes >= (probe.successThreshold ?? 1)
                : failures >= (probe.failureThreshold ?? 3);
            if (!reached || decided(passed, message)) {
                const seconds = probe.periodSeconds ?? 10;
                const soon = kind === "readinessProbe" && !this.#ready;
                this.#later(once, (soon ? Math.min(seconds, UNREADY_SECONDS) : seconds) * 1000);
            }
        };
        // Counted from the container's start, also where the startup probe took a part of it.
        const delayed = this.#began + (probe.initialDelaySeconds ?? 0) * 1000;
        this.#later(once, Math.max(0, delayed - Date.now()));
    }

    #later(work: () => Promise<void>, ms: number): void {
        const timer = setTimeout(() => {
            this.#timers.delete(timer);
            void work();
        }, ms);
        this.#timers.add(timer);
    }
}
