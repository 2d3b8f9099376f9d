import { randomUUID } from "node:crypto";

import { EngineError } from "../engine-error.ts";
import { type PlainMap } from "../values/property.ts";
import { type Provider, type ProviderFactory, type ProviderHost } from "./provider.ts";
import { plainMap } from "../values/secrecy.ts";
import { providerUrn, type ResourceState } from "../state/state.ts";
import { packageOf } from "../values/urn.ts";

export const PROVIDER_TYPE = "pulumi:providers:";

/** Components and provider resources exist only in the state. */
export const bookkeeping: Provider = {
    check: async (_address, _oldInputs, inputs) => ({ inputs, failures: [] }),
    diff: async ({ changes }) => ({ changes, replacePaths: [], deleteBeforeReplace: false }),
    create: async (_address, inputs) => ({ id: randomUUID(), outputs: inputs }),
    update: async (_address, _id, _oldInputs, _oldOutputs, newInputs) => newInputs,
    delete: async () => undefined,
    read: async () => undefined,
    invoke: async () => ({}),
    secretOutputs: () => [],
    recorded: false,
};

/** The configured providers of a run, by the URN of their resource. */
export class ProviderPool {
    readonly #factories: Readonly<Record<string, ProviderFactory>>;
    readonly #host: ProviderHost;
    readonly #find: (urn: string) => ResourceState | undefined;
    readonly #configured = new Map<string, Provider>();

    /** `find` gives the state of a provider's resource. */
    constructor(
        factories: Readonly<Record<string, ProviderFactory>>,
        host: ProviderHost,
        find: (urn: string) => ResourceState | undefined,
    ) {
        this.#factories = factories;
        this.#host = host;
        this.#find = find;
    }

    configure(urn: string, type: string, inputs: PlainMap): Provider {
        const name = packageOf(type);
        const factory = Object.hasOwn(this.#factories, name) ? this.#factories[name] : undefined;
        if (factory === undefined) {
            const known = Object.keys(this.#factories).sort().join(", ");
            throw new EngineError(`the rehearsal has no provider for the package "${name}": it knows ${known}`);
        }
        const provider = factory(inputs, this.#host);
        this.#configured.set(urn, provider);
        return provider;
    }

    /** The one that `resource` is under, configured from the state if the program has not registered it in this run. */
    of(resource: Pick<ResourceState, "urn" | "provider">): Provider {
        const urn = providerUrn(resource);
        if (urn === undefined) {
            return bookkeeping;
        }
        const state = this.#find(urn);
        if (state === undefined) {
            throw new EngineError(`${resource.urn} is under the provider ${urn}, which the stack does not have`);
        }
        return this.#configured.get(urn) ?? this.configure(urn, state.type, plainMap(state.inputs));
    }
}
