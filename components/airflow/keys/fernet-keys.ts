import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { type FernetGenerations, fernetOrder, firstGenerationAlias } from "./key-generations.ts";

/** Makes one Fernet key per generation. A secret: the keys as Airflow reads them, the one that encrypts first. */
export function fernetKeys(
    name: string,
    fernet: FernetGenerations,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const key = (generation: number) =>
        new random.RandomBytes(
            `${name}-${generation}`,
            { length: 32 },
            pulumi.mergeOptions(opts, firstGenerationAlias(name, generation)),
        ).base64.apply(urlSafe);
    return pulumi.all(fernetOrder(fernet).map(key)).apply((keys) => keys.join(","));
}

/** Fernet reads the URL-safe alphabet of base64. */
function urlSafe(base64: string): string {
    return base64.replaceAll("+", "-").replaceAll("/", "_");
}
