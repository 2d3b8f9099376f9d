import { firstRelease, outputsVersion, platformContract, type PlatformValues } from "./contract.ts";

/** The outputs of a stack as Pulumi hands them over. */
export interface ReceivedOutputs {
    /** The stack's name, with its organization and project. */
    readonly stack: string;
    /** `outputsVersion`, before anybody knows that it is one. */
    readonly version: unknown;
    /** The outputs that hold a secret. They may have been left out. */
    readonly secretNames: readonly string[];
}

type Key = keyof PlatformValues;

/** An output as the contract has it. Throws where the stack does not keep the contract. */
export function received<Name extends Key>(from: ReceivedOutputs, key: Name, value: unknown): PlatformValues[Name] {
    const problem = versionProblem(from) ?? missingProblem(from, key, value);
    if (problem !== undefined) {
        throw new Error(problem);
    }
    const schema = platformContract.shape[key];
    // What the stack leaves out arrives as undefined, or from some backends as null.
    const { success, data, error } = schema.safeParse(value ?? undefined);
    if (!success) {
        const said = error.issues.map(({ path, message }) => [[key, ...path].join("."), message].join(": ")).join("; ");
        throw new Error(
            `${named(from)} gives ${said}. Version ${outputsVersion} of the outputs has another type there: deploy the ` +
                `platform again from its release.`,
        );
    }
    return data as PlatformValues[Name];
}

/** Why a value must be in the stack and did not come. Pulumi says nothing of what it cannot decrypt, and leaves it out. */
export function undecryptable(from: ReceivedOutputs, what: string): string {
    return (
        `${named(from)} has ${what}, and it did not arrive: Pulumi leaves out what it cannot decrypt. Give this program ` +
        `what the platform's stack is encrypted with: the same passphrase, or kms:Decrypt on its key.`
    );
}

export function named({ stack }: Pick<ReceivedOutputs, "stack">): string {
    return `stack "${stack}"`;
}

function versionProblem(from: ReceivedOutputs): string | undefined {
    const { version, secretNames } = from;
    if (version === outputsVersion) {
        return undefined;
    }
    if (secretNames.includes("outputsVersion")) {
        return undecryptable(from, "outputsVersion");
    }
    if (typeof version !== "number") {
        return (
            `${named(from)} has no output outputsVersion: it is no platform's, or was not deployed to the end yet. Correct ` +
            `the name, or deploy the platform first.`
        );
    }
    const wayOut =
        version < outputsVersion
            ? "deploy the platform from this program's release of airflow-linkerd first"
            : "bring this program to the platform's release of airflow-linkerd";
    return `${named(from)} has outputsVersion ${version}, and this program reads ${outputsVersion}: ${wayOut}.`;
}

function missingProblem(from: ReceivedOutputs, key: Key, value: unknown): string | undefined {
    if (value != null) {
        return undefined;
    }
    if (from.secretNames.includes(key)) {
        return undecryptable(from, key);
    }
    const schema = platformContract.shape[key];
    if (schema.safeParse(undefined).success) {
        return undefined;
    }
    const since = schema.meta()?.since;
    return since === firstRelease
        ? undecryptable(from, key)
        : `${named(from)} has no output ${key}, which came with release ${String(since)}: deploy the platform from it or ` +
              `a later one. If it is, Pulumi cannot decrypt the output and leaves it out: give this program what the ` +
              `platform's stack is encrypted with.`;
}
