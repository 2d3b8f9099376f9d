import { type ResourceOptions } from "@pulumi/pulumi";

/** Options as they stand in config: other resources by name. */
export interface Options extends Omit<
    ResourceOptions,
    "parent" | "dependsOn" | "provider" | "aliases" | "deletedWith" | "replaceWith"
> {
    parent?: string;
    dependsOn?: string[];
    provider?: string;
    providers?: string[];
    deletedWith?: string;
    replaceWith?: string[];
    aliases?: (string | { name?: string; type?: string; parent?: string | null })[];
    deleteBeforeReplace?: boolean;
    additionalSecretOutputs?: string[];
    [other: string]: unknown;
}

/** One thing that the program `described` does. */
export interface Described {
    kind?:
        | "thing"
        | "other"
        | "room"
        | "provider"
        | "log"
        | "throw"
        | "exit"
        | "invoke"
        | "reference"
        | "config"
        | "get"
        | "feature";
    name: string;
    inputs?: Record<string, unknown>;
    options?: Options;
}
