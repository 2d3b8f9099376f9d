/** The keys that encrypt connections, variables and triggers in the metadata database. */
export interface FernetGenerations {
    /** Every generation that can still be read, in any order. */
    readonly generations: readonly number[];
    /** The one that encrypts, among them. */
    readonly encrypts: number;
}

/** Which keys there are. A number that was given up is never used again: it would name another key. */
export interface KeyGenerations {
    readonly fernet: FernetGenerations;
    /** The secret that signs the tokens of people and tasks. Airflow accepts the tokens of one alone. */
    readonly jwt: number;
}

export const defaultKeys: KeyGenerations = { fernet: { generations: [1], encrypts: 1 }, jwt: 1 };

/** As Airflow wants them: the one that encrypts, then the others, newest first. */
export function fernetOrder({ generations, encrypts }: FernetGenerations): number[] {
    return [encrypts, ...generations.filter((generation) => generation !== encrypts).sort((one, other) => other - one)];
}
