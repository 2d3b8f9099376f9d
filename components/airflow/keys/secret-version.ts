import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/**
 * A word that is another one whenever the secret is, and says nothing about it: for an annotation that makes pods start
 * anew which read the secret only when they start. A hash would let anybody who may read pods try passwords on it.
 */
export function secretVersion(
    name: string,
    secret: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    return new random.RandomString(name, { length: 8, special: false, upper: false, keepers: { secret } }, opts).result;
}
