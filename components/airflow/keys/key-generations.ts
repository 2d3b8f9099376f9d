import type * as pulumi from "@pulumi/pulumi";

/** The keys that encrypt connections, variables and triggers in the metadata database. */
export interface FernetGenerations {
    /** Every generation that can still decrypt, in any order. */
    readonly generations: readonly number[];
    /** The one of them that encrypts. */
    readonly encrypts: number;
}

/** The generations of keys. A number that was removed must not be used again: it would be a different key. */
export interface KeyGenerations {
    readonly fernet: FernetGenerations;
    /** The key that signs the tokens of people and tasks. Airflow accepts tokens of a single key only. */
    readonly jwt: number;
}

export const defaultKeys: KeyGenerations = { fernet: { generations: [1], encrypts: 1 }, jwt: 1 };

/** In the order that Airflow needs: the one that encrypts, then the others, newest first. */
export function fernetOrder({ generations, encrypts }: FernetGenerations): number[] {
    return [encrypts, ...generations.filter((generation) => generation !== encrypts).sort((one, other) => other - one)];
}

/** The first generation's resource had no number in its name before there were others. */
export function firstGenerationAlias(name: string, generation: number): pulumi.CustomResourceOptions {
    return generation === 1 ? { aliases: [{ name }] } : {};
}
