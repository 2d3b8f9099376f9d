import { isMap, type Property, type PropertyMap, Secret, UNKNOWN } from "../../rehearsal/engine/values/property.ts";
import { nameOf } from "../../rehearsal/engine/values/urn.ts";
import { type ScannedResource } from "./scanned-resource.ts";
import { isMapOfTheUsers, terraformInput, terraformType } from "./terraform-names.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A plan as `terraform show -json` writes it, with what scanners read of it. */
export interface TerraformPlan {
    readonly format_version: string;
    readonly terraform_version: string;
    readonly planned_values: { readonly root_module: { readonly resources: readonly Json[] } };
    readonly resource_changes: readonly Json[];
    readonly configuration: { readonly root_module: { readonly resources: readonly Json[] } };
}

/** The AWS resources among these, as if Terraform were about to make them. Addresses end in the resources' names. */
export function terraformPlan(all: readonly ScannedResource[]): TerraformPlan {
    const resources = all.filter(({ type, custom }) => custom && type.startsWith("aws:"));
    const addresses = new Map(resources.map((resource) => [resource.urn, addressOf(resource)]));
    const described = resources.map((resource) => {
        const address = addressOf(resource);
        const [type = "", name = ""] = address.split(".");
        const shared = { address, mode: "managed", type, name, provider_name: "registry.terraform.io/hashicorp/aws" };
        return { shared, values: block(resource.inputs), expressions: expressions(resource, addresses) };
    });
    return {
        format_version: "1.2",
        terraform_version: "1.9.0",
        planned_values: {
            root_module: {
                resources: described.map(({ shared, values }) => ({ ...shared, schema_version: 0, values })),
            },
        },
        resource_changes: described.map(({ shared, values }) => ({
            ...shared,
            change: { actions: ["create"], before: null, after: values, after_unknown: {} },
        })),
        configuration: {
            root_module: {
                resources: described.map(({ shared, expressions: given }) => ({ ...shared, expressions: given })),
            },
        },
    };
}

/** Terraform knows no dots in names, and Pulumi does. */
export function addressOf({ type, urn }: ScannedResource): string {
    return `${terraformType(type)}.${nameOf(urn).replaceAll(".", "_")}`;
}

/** Which other resources each input is made of: scanners follow them from a bucket to its settings. */
function expressions(
    { propertyDependencies = {}, inputs }: ScannedResource,
    addresses: ReadonlyMap<string, string>,
): Record<string, Json> {
    return Object.fromEntries(
        Object.entries(propertyDependencies).flatMap(([input, urns]) => {
            const found = urns.flatMap((urn) => addresses.get(urn) ?? []);
            const references = found.flatMap((address) => [`${address}.id`, address]);
            return found.length === 0 ? [] : [[terraformInput(input, isListOfBlocks(inputs[input])), { references }]];
        }),
    );
}

/** Arguments by Terraform's names. */
function block(inputs: PropertyMap): { [key: string]: Json } {
    return Object.fromEntries(
        Object.entries(inputs).flatMap(([input, value]) => {
            const said = isMapOfTheUsers(input) ? plain(value) : argument(value);
            return said === undefined ? [] : [[terraformInput(input, isListOfBlocks(value)), said]];
        }),
    );
}

/** Undefined for what nobody knows before it is made. */
function argument(value: Property | undefined): Json | undefined {
    if (isMap(value)) {
        return [block(value as PropertyMap)];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item) => (isMap(item) ? block(item as PropertyMap) : (argument(item) ?? [])));
    }
    return plain(value);
}

function plain(value: Property | undefined): Json | undefined {
    if (value === UNKNOWN || value === undefined) {
        return undefined;
    }
    if (value instanceof Secret) {
        return "[secret]";
    }
    if (Array.isArray(value)) {
        return value.flatMap((item) => plain(item) ?? []);
    }
    if (value === null || typeof value !== "object") {
        return value;
    }
    const entries = Object.entries(value).map(([key, item]) => [key, plain(item)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function isListOfBlocks(value: Property | undefined): boolean {
    return Array.isArray(value) && value.length > 0 && value.every((item) => isMap(item));
}
