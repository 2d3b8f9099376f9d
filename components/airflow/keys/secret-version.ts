import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/**
 * A random value that changes with the secret and reveals nothing about it. As a pod annotation it restarts pods that
 * read the secret only at start. A hash would let anybody who can read pods test guesses of the secret.
 */
export function secretVersion(
    name: string,
    secret: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    return new random.RandomString(name, { length: 8, special: false, upper: false, keepers: { secret } }, opts).result;
}
