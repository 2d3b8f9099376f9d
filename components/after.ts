import * as pulumi from "@pulumi/pulumi";

/**
 * The value, for those who may have it only once the resources are there: whoever takes it is made after them and
 * deleted before them. A preview knows it as soon as it knows the value, because URNs are known before anything is
 * made.
 */
export function after<T>(resources: readonly pulumi.Resource[], value: pulumi.Input<T>): pulumi.Output<T> {
    const urns = pulumi.all(resources.map((resource) => resource.urn));
    return urns.apply(() => value) as pulumi.Output<T>;
}
