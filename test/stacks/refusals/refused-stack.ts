/** A stack that has in it what people run into, as its preview refuses it. */
export interface RefusedStack {
    /** What is wrong with it, as a noun. */
    readonly name: string;
    /** Its sections, which take the place of those of `Pulumi.dev.yaml`. A folder of its own holds its files. */
    readonly sections: (folder: string) => Readonly<Record<string, unknown>>;
    /** Sections that are encrypted. Defaults to none. */
    readonly encrypted?: readonly string[];
    /** Files of that folder, by name. Defaults to none. */
    readonly files?: Readonly<Record<string, string>>;
    /** By key: words of the refusal, the way out among them. There is one for each line, and no other line. */
    readonly refusals: Readonly<Record<string, string>>;
}

/** The least of a section `airflow` that fits the rest of the dev stack. */
export const enough = {
    hostname: "airflow.example.com",
    highAvailability: false,
    database: { kind: "in-cluster", storageGb: 1 },
};

/** What no refusal may show. */
export const canary = "CANARY-4f1e";

/** A private key by its form, in parts, so that nobody takes this file for one that holds a key. */
export const privateKey = ["-----BEGIN ", "PRIVATE KEY-----\n", canary, "\n-----END ", "PRIVATE KEY-----"].join("");
