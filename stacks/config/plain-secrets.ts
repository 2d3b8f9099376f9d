import { type KeyPath, pathText, type Problem } from "../../components/problem.ts";
import { secretsWithin } from "../../components/secrecy/secrets-within.ts";

/** Keys of ours whose values must be encrypted, and are never shown. */
const ownSecretKeys: ReadonlySet<PropertyKey> = new Set([
    "password",
    "clientSecret",
    "clientKey",
    "token",
    "privateKey",
]);

/** Maps of ours whose every value must be encrypted, and is never shown. */
const ownSecretMaps: ReadonlySet<PropertyKey> = new Set(["secretConfig", "connections", "variables"]);

/** Maps whose keys are somebody else's. */
const foreign: readonly PropertyKey[] = ["chartValues", "tags"];

/** What is known of whether a section's secrets are encrypted. */
export interface Encryption {
    /** Whether Pulumi says that something in the section is. It does not say what. */
    readonly some: boolean;
    /** The section as the stack's file has it, where that can be read: what stands there is in plain text. */
    readonly written: unknown;
    /** Whether the section is in a file of its own, in which nothing is encrypted. */
    readonly inFile?: boolean | undefined;
}

/** Secrets of ours in plain text, and secrets where nothing keeps one secret, encrypted or not. */
export function secretProblems(section: string, value: unknown, encryption: Encryption): Problem[] {
    const own = ownSecrets([section], value);
    return [
        ...own
            .filter(
                (secret) =>
                    encryption.inFile === true ||
                    !encryption.some ||
                    isWritten(secret, { [section]: encryption.written }),
            )
            .map(({ path, value: secret }) => ({
                path,
                value: secret,
                rule: encryption.inFile === true ? ofTeamsFile(path, value) : ofStack(path),
            })),
        ...secretsWithin(value, [section])
            .filter(({ path }) => !own.some((secret) => startsWith(path, secret.path)))
            .map(({ path, what }) => ({
                path,
                value: undefined,
                opening: `holds ${what}:`,
                rule: `${reason(path)}, and consider it known to others.`,
            })),
    ];
}

function ofStack(path: KeyPath): string {
    return (
        `it is a secret and stands there in plain text. Encrypt it with "${setSecret(path)}", and consider it known to ` +
        `others.`
    );
}

/** The file of teams has the same keys, and the stack has one for what it cannot hold. */
function ofTeamsFile(path: KeyPath, teams: unknown): string {
    const team = valueAt(teams, [path[1] ?? "", "name"]);
    const there = ["teamCredentials", typeof team === "string" ? team : "<team>", path.at(-1) ?? ""];
    return (
        `it is a secret, and nothing in a file of teams is encrypted. Move the team's credentials into the stack's own ` +
        `file, as teamCredentials has them, with "${setSecret(there)}", and consider what stood here known to others.`
    );
}

function setSecret(path: KeyPath): string {
    return `pulumi config set --secret --path 'airflow-linkerd:${pathText(path)}'`;
}

/** Config of Pulumi's providers, by its whole key: this stack reads none of it, but its file holds it. */
export function foreignSecretLines(plain: Readonly<Record<string, unknown>>): string[] {
    return secretsWithin(plain).map(
        ({ path, what }) =>
            `${pathText(path)} holds ${what} in plain text. Encrypt it with "pulumi config set --secret --path ` +
            `'${pathText(path)}'", and consider it known to others.`,
    );
}

/** Whether what stands at the key, or below it, is never shown. */
export function isSecretKey(key: PropertyKey): boolean {
    return ownSecretKeys.has(key) || ownSecretMaps.has(key);
}

interface OwnSecret {
    readonly path: KeyPath;
    readonly value: unknown;
}

function ownSecrets(path: KeyPath, value: unknown): OwnSecret[] {
    if (typeof value !== "object" || value === null || foreign.includes(path.at(-1) ?? "")) {
        return [];
    }
    return Object.entries(value).flatMap(([name, below]) => {
        const key = Array.isArray(value) ? Number(name) : name;
        const isSecret =
            ownSecretKeys.has(key) || (path.some((above) => ownSecretMaps.has(above)) && typeof below !== "object");
        return isSecret ? [{ path: [...path, key], value: below }] : ownSecrets([...path, key], below);
    });
}

/** An encrypted value stands in the file as a map, `{secure: …}`. */
function isWritten({ path, value }: OwnSecret, file: unknown): boolean {
    return typeof value === "string" && valueAt(file, path) === value;
}

/** Why it may not be there, and the way out. */
function reason(path: KeyPath): string {
    const key = path.at(-1);
    if (path.includes("chartValues")) {
        return (
            "whoever may read previews or the release reads the values of a chart, encrypted in the stack's file or not. Put " +
            "it into a Secret in the cluster, and name that in its place"
        );
    }
    if (path[0] === "airflow" && path[1] === "tasks") {
        return "whoever may look at pods reads their environment. Put it into a Secret in the cluster, and name that in envFrom.secrets";
    }
    if (path[0] === "airflow" && path[1] === "config") {
        return "whoever may read the namespace's ConfigMaps reads airflow.cfg. Put it into airflow.secretConfig, encrypted";
    }
    if (path[0] === "tags") {
        return "whoever may look at the account's resources reads their tags. Remove it";
    }
    if (key === "repository") {
        return "an address stands in Airflow's config and in its logs. Put what is secret into credentials beside it";
    }
    if (key === "knownHosts") {
        return "a server's public keys belong there, as ssh-keyscan gives them. The private key goes into privateKey beside it";
    }
    return "nothing keeps it secret there, encrypted in the stack's file or not. Remove it";
}

/** The value at a path. Undefined where there is none. */
export function valueAt(value: unknown, path: KeyPath): unknown {
    return path.reduce((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** Whether the path is the other, or leads through it. */
export function startsWith(path: KeyPath, other: KeyPath): boolean {
    return other.every((key, index) => path[index] === key);
}
