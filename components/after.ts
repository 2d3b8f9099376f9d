import * as pulumi from "@pulumi/pulumi";

/**
 * The value, with a dependency on everything in the list: a resource that takes the value as an input is created after
 * those resources and outputs are there, and deleted before them. Resources do not make the value unknown in a preview,
 * because their URNs are known before anything is created; an output in the list does while it is unknown itself.
 */
export function after<T>(
    needed: readonly (pulumi.Resource | pulumi.Input<string>)[],
    value: pulumi.Input<T>,
): pulumi.Output<T> {
    const known = needed.map((one) => (pulumi.Resource.isInstance(one) ? one.urn : one));
    return pulumi.all(known).apply(() => value) as pulumi.Output<T>;
}
