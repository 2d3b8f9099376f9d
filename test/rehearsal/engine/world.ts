import { type PlainMap, UNKNOWN } from "../../../rehearsal/engine/values/property.ts";
import { PartialFailure, type Provider, type ProviderFactory } from "../../../rehearsal/engine/plugins/provider.ts";

/**
 * The outside world that the tests' provider makes things in. A changed `fixed` forces a replacement; `early: true`
 * asks for the old one to be deleted first; `note: "lingers"` releases what it depends on as soon as its deletion begins;
 * `token` comes out as it went in; `made` is known only once made.
 */
export class World {
    /** Every call that changes something, such as `create a` or `delete a`, in the order in which they began. */
    readonly calls: string[] = [];
    /** The same with their ends, such as `create a`, `create a ended`. */
    readonly log: string[] = [];
    readonly objects = new Map<string, PlainMap>();
    readonly resumed: string[] = [];
    readonly failing = new Map<string, Error>();
    /** Calls of this name begin and then wait. */
    readonly held = new Map<string, Promise<void>>();
    readonly timeouts = new Map<string, number | undefined>();
    readonly configurations: PlainMap[] = [];
    running = 0;
    mostAtOnce = 0;
    #made = 0;
    #watchers: (() => void)[] = [];

    /** Resolves once the call has begun. */
    async begun(call: string): Promise<void> {
        while (!this.calls.includes(call)) {
            await new Promise<void>((resolve) => this.#watchers.push(resolve));
        }
    }

    /** Resolves once this many calls are under way. */
    async atOnce(count: number): Promise<void> {
        while (this.running < count) {
            await new Promise<void>((resolve) => this.#watchers.push(resolve));
        }
    }

    readonly factory: ProviderFactory = (configuration) => {
        this.configurations.push(configuration);
        return this.#provider(configuration);
    };

    async #do<T>(call: string, work: () => T): Promise<T> {
        this.calls.push(call);
        this.log.push(call);
        this.running += 1;
        this.#watchers.splice(0).forEach((wake) => wake());
        this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
        try {
            await this.held.get(call);
            const failure = this.failing.get(call);
            if (failure !== undefined && !(failure instanceof PartialFailure)) {
                throw failure;
            }
            const result = work();
            if (failure !== undefined) {
                throw failure;
            }
            return result;
        } finally {
            this.log.push(`${call} ended`);
            this.running -= 1;
        }
    }

    #provider(configuration: PlainMap): Provider {
        return {
            check: async (_address, oldInputs, inputs) => ({
                inputs: { generated: oldInputs?.generated ?? `g${++this.#made}`, ...inputs },
                failures: inputs.size === -1 ? [{ property: "size", reason: "must not be negative" }] : [],
            }),
            diff: async ({ changes, newInputs }) => ({
                changes,
                replacePaths: changes.map(({ path }) => path).filter((path) => path.startsWith("fixed")),
                deleteBeforeReplace: newInputs.early === true,
            }),
            create: async ({ name }, inputs, { preview, resumed, timeoutSeconds }) => {
                if (preview) {
                    return { id: "", outputs: inputs };
                }
                if (resumed) {
                    this.resumed.push(name);
                }
                this.timeouts.set(name, timeoutSeconds);
                return this.#do(`create ${name}`, () => {
                    const id = `${name}-${++this.#made}`;
                    this.objects.set(id, inputs);
                    return { id, outputs: { ...inputs, made: `${name} on ${String(configuration.where)}` } };
                });
            },
            update: async ({ name }, id, _oldInputs, oldOutputs, newInputs, { preview }) =>
                preview
                    ? { ...newInputs, made: oldOutputs.made ?? UNKNOWN }
                    : this.#do(`update ${name}`, () => {
                          this.objects.set(id, newInputs);
                          return { ...newInputs, made: oldOutputs.made ?? null };
                      }),
            delete: ({ name }, id, inputs, _outputs, { releaseDependencies }) => {
                if (inputs.note === "lingers") {
                    releaseDependencies();
                }
                return this.#do(`delete ${name}`, () => void this.objects.delete(id));
            },
            read: async ({ name }, id, _inputs, recorded) => {
                const failure = this.failing.get(`read ${name}`);
                if (failure !== undefined) {
                    throw failure;
                }
                if (recorded !== undefined) {
                    const inputs = this.objects.get(id);
                    return inputs && { id, inputs, outputs: { ...recorded, ...inputs } };
                }
                return id === "nowhere" ? undefined : { id, outputs: { size: 7, made: `read ${id}` } };
            },
            invoke: async (token, args) => {
                if (args.fail !== undefined) {
                    throw new Error("the lookup found nothing");
                }
                return { answer: `${token} of ${String(args.question)}` };
            },
            secretOutputs: (type) => (type === "other:index:Thing" ? ["made"] : []),
            recorded: configuration.where === "paper",
        };
    }
}
