// Makes what its config describes, so that a test can say in one place what the program asks for.
import * as pulumi from "@pulumi/pulumi";

import { type Described, type Options } from "../../described.ts";
import { use } from "./feature.ts";

const config = new pulumi.Config();
const made = new Map<string, pulumi.Resource>();

class Thing extends pulumi.CustomResource {}
class Room extends pulumi.ComponentResource {}
class FakeProvider extends pulumi.ProviderResource {}

/**
 * `{ $ref: "a.size" }` is an output of another resource, `{ $apply: "a.size" }` text made of one, `{ $secret: … }` a
 * secret, `{ $output: "platform.size" }` an output of another stack.
 */
function value(described: unknown): unknown {
    if (Array.isArray(described)) {
        return described.map(value);
    }
    if (described === null || typeof described !== "object") {
        return described;
    }
    const { $ref, $secret, $apply, $output } = described as Record<string, unknown>;
    if (typeof $ref === "string") {
        return output($ref);
    }
    if (typeof $apply === "string") {
        return output($apply).apply((text) => `applied to ${String(text)}`);
    }
    if (typeof $output === "string") {
        const [stack = "", name = ""] = $output.split(".");
        return (resource(stack) as pulumi.StackReference).requireOutput(name);
    }
    if ($secret !== undefined) {
        return pulumi.secret($secret);
    }
    return Object.fromEntries(Object.entries(described).map(([key, inner]) => [key, value(inner)]));
}

function resource(name: string): pulumi.Resource {
    if (name === "stack") {
        return pulumi.runtime.getStackResource() as pulumi.Resource;
    }
    const found = made.get(name);
    if (found === undefined) {
        throw new Error(`${name} must be described before it is used`);
    }
    return found;
}

function output(path: string): pulumi.Output<unknown> {
    const [name = "", key = ""] = path.split(".");
    return (resource(name) as unknown as Record<string, pulumi.Output<unknown>>)[key] as pulumi.Output<unknown>;
}

function optionsOf({ parent, dependsOn, provider, providers, deletedWith, replaceWith, aliases, ...plain }: Options) {
    return {
        ...plain,
        ...(providers !== undefined && { providers: providers.map(resource) as pulumi.ProviderResource[] }),
        ...(deletedWith !== undefined && { deletedWith: resource(deletedWith) }),
        ...(replaceWith !== undefined && { replaceWith: replaceWith.map(resource) }),
        ...(parent !== undefined && { parent: resource(parent) }),
        ...(dependsOn !== undefined && { dependsOn: dependsOn.map(resource) }),
        ...(provider !== undefined && { provider: resource(provider) as pulumi.ProviderResource }),
        ...(aliases !== undefined && { aliases: aliases.map(alias) }),
    } as pulumi.CustomResourceOptions;
}

/** `parent: null` says that there was no parent. */
function alias(described: string | { parent?: string | null }): string | pulumi.Alias {
    if (typeof described === "string" || !("parent" in described)) {
        return described as string | pulumi.Alias;
    }
    const { parent, ...rest } = described;
    return { ...rest, parent: typeof parent === "string" ? resource(parent) : undefined } as pulumi.Alias;
}

const declared = {
    size: undefined,
    tags: undefined,
    fixed: undefined,
    token: undefined,
    note: undefined,
    made: undefined,
};

for (const { kind = "thing", name, inputs = {}, options = {} } of config.requireObject<Described[]>("resources")) {
    const opts = optionsOf(options);
    const given = value(inputs) as pulumi.Inputs;
    if (kind === "thing") {
        made.set(name, new Thing("fake:index:Thing", name, { ...declared, ...given }, opts));
    } else if (kind === "other") {
        made.set(name, new Thing("other:index:Thing", name, { ...declared, ...given }, opts));
    } else if (kind === "room") {
        const room = new Room("described:index:Room", name, {}, opts);
        made.set(name, room);
        (room as unknown as { registerOutputs(outputs: pulumi.Inputs): void }).registerOutputs(given);
    } else if (kind === "provider") {
        made.set(name, new FakeProvider("fake", name, given, opts));
    } else if (kind === "log") {
        pulumi.output(given.text).apply((text) => pulumi.log.info(String(text), made.get(name)));
    } else if (kind === "feature") {
        use(name);
    } else if (kind === "get") {
        made.set(
            name,
            new Thing("fake:index:Thing", name, declared, { ...opts, id: given.id as pulumi.Input<string> }),
        );
    } else if (kind === "throw") {
        throw new Error(String(given.text));
    } else if (kind === "exit") {
        process.exit(Number(given.code));
    } else if (kind === "invoke") {
        made.set(name, { result: pulumi.output(pulumi.runtime.invoke("fake:index:lookup", given)) } as never);
    } else if (kind === "reference") {
        made.set(name, new pulumi.StackReference(name, { name: String(given.stack) }));
    } else if (kind === "config") {
        const secret = config.getSecret(String(given.key)) ?? "not secret";
        made.set(name, { value: pulumi.output(secret) } as never);
    } else {
        throw new Error(`there is no kind "${kind}"`);
    }
}

const outputs = value(config.getObject("outputs") ?? {}) as Record<string, unknown>;
export default outputs;
