import aliasProto, { type Alias } from "@pulumi/pulumi/proto/alias_pb.js";

export const STACK_TYPE = "pulumi:pulumi:Stack";

/** What makes a URN, whose form is `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface Identity {
    readonly stack: string;
    readonly project: string;
    readonly parent: string;
    readonly type: string;
    readonly name: string;
}

export function urnOf({ stack, project, parent, type, name }: Identity): string {
    const above = parent === "" ? STACK_TYPE : qualifiedType(parent);
    return `urn:pulumi:${stack}::${project}::${above === STACK_TYPE ? type : `${above}$${type}`}::${name}`;
}

function qualifiedType(urn: string): string {
    return urn.split("::")[2] ?? "";
}

export function projectOf(urn: string): string {
    return urn.split("::")[1] ?? "";
}

export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

export function typeOf(urn: string): string {
    return qualifiedType(urn).split("$").at(-1) ?? "";
}

/** The package of a type or function token; for a provider resource, the package it provides. */
export function packageOf(token: string): string {
    return token.startsWith("pulumi:providers:")
        ? token.slice("pulumi:providers:".length)
        : (token.split(":")[0] ?? "");
}

/**
 * The URNs that a resource may have had: its own aliases, and for each of them and for its own name what follows when
 * the parent itself was found under another URN.
 */
export function formerUrns(self: Identity, aliases: readonly Alias[], formerParent: string | undefined): string[] {
    const former = aliases.flatMap((alias) => {
        const spec = alias.getSpec();
        if (alias.getAliasCase() === aliasProto.Alias.AliasCase.URN || spec === undefined) {
            return [alias.getUrn()];
        }
        const was: Identity = {
            stack: given(spec.getStack(), self.stack),
            project: given(spec.getProject(), self.project),
            parent: spec.getNoparent() ? "" : given(spec.getParenturn(), self.parent),
            type: given(spec.getType(), self.type),
            name: given(spec.getName(), self.name),
        };
        const moved = formerParent !== undefined && was.parent === self.parent ? [under(formerParent, was)] : [];
        return [urnOf(was), ...moved];
    });
    return formerParent === undefined ? former : [...former, under(formerParent, self)];
}

/** By custom a child's name begins with its parent's, and so it changes with it. */
function under(formerParent: string, child: Identity): string {
    const prefix = nameOf(child.parent);
    const rest = child.name.startsWith(prefix) ? child.name.slice(prefix.length) : undefined;
    const name = rest === undefined || typeOf(child.parent) === STACK_TYPE ? child.name : nameOf(formerParent) + rest;
    return urnOf({ ...child, parent: formerParent, name });
}

function given(value: string, otherwise: string): string {
    return value === "" ? otherwise : value;
}

export function isDefaultProvider({ urn, type }: { urn: string; type: string }): boolean {
    return type.startsWith("pulumi:providers:") && /^default(_|$)/.test(nameOf(urn));
}
