import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { checkout } from "../../../rehearsal/place.ts";
import { isSecretKey } from "../../../stacks/config/plain-secrets.ts";
import { sectionSchemas } from "../../docs/stack-schema.ts";

type Section = Record<string, unknown>;
type Change = (sections: Record<string, Section>, secret: { readonly secure: string }) => void;

const git = { kind: "git", ref: "main" };
const team = { owners: ["Ann"], quota: { pods: 5, cpu: "2", memory: "4Gi" } };
const known = "git.example.com ssh-ed25519 AAAA";

/** Changes of the production example, which together have every secret that a stack may have. */
export const secretStacks = (authorityFile: string): Readonly<Record<string, Change>> => ({
    "without teams": ({ airflow, login }, secret) => {
        Object.assign(login as Section, { clientSecret: secret });
        Object.assign(airflow as Section, {
            database: {
                kind: "external",
                host: "db.example.com",
                password: secret,
                authorityFile,
            },
            image: {
                repository: "registry.example.com/airflow",
                tag: "3.3.2-1",
                credentials: { user: "puller", password: secret },
            },
            dagBundles: [
                {
                    ...git,
                    name: "by-token",
                    repository: "https://git.example.com/a.git",
                    credentials: { kind: "token", token: secret },
                },
                {
                    ...git,
                    name: "by-key",
                    repository: "ssh://git@git.example.com/b.git",
                    credentials: { kind: "ssh-key", privateKey: secret, knownHosts: known },
                },
            ],
            secretConfig: { sentry: { sentry_dsn: secret } },
            connections: { warehouse: secret },
            variables: { region: secret },
        });
    },
    "with teams": (sections, secret) => {
        const { airflow, login } = sections;
        Object.assign(login as Section, { clientSecret: undefined, clientKey: secret, roles: {} });
        Object.assign(airflow as Section, { dagBundles: undefined, launchPods: undefined });
        sections.teams = [
            {
                ...team,
                name: "by-token",
                groups: { author: ["one"] },
                dags: {
                    ...git,
                    repository: "https://git.example.com/a.git",
                    credentials: { kind: "token", token: secret },
                },
            },
            {
                ...team,
                name: "by-key",
                groups: { author: ["two"] },
                dags: {
                    ...git,
                    repository: "ssh://git@git.example.com/b.git",
                    credentials: { kind: "ssh-key", privateKey: secret, knownHosts: known },
                },
            },
        ] as unknown as Section;
    },
});

/** A stack's file with the change, in which every secret is encrypted as the text. */
export async function secretStackFile(change: Change, encrypted: string): Promise<string> {
    const file = parse(await readFile(join(checkout, "Pulumi.prod.example.yaml"), "utf8")) as {
        config: Record<string, Section>;
    };
    const prefix = "airflow-linkerd:";
    const sections = Object.fromEntries(
        Object.entries(file.config).map(([key, section]) => [key.replace(prefix, ""), section]),
    );
    change(sections, { secure: encrypted });
    const config = Object.fromEntries(Object.entries(sections).map(([key, section]) => [`${prefix}${key}`, section]));
    return stringify({ ...file, config });
}

/** The keys of a stack's file that hold something encrypted, without the places in lists. */
export function encryptedKeys(text: string): string[] {
    const below = (value: unknown, path: string): string[] =>
        Array.isArray(value)
            ? value.flatMap((each) => below(each, path))
            : typeof value !== "object" || value === null
              ? []
              : "secure" in value
                ? [path]
                : Object.entries(value).flatMap(([key, each]) => below(each, `${path}.${key}`));
    return below((parse(text) as { config: unknown }).config, "").map((path) => path.replace(".airflow-linkerd:", ""));
}

interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly anyOf?: readonly Schema[];
    readonly oneOf?: readonly Schema[];
}

/** Every key of a stack whose value must be encrypted, or of which every value below it must be. */
export function secretKeys(): string[] {
    const below = ({ properties = {}, items, anyOf = [], oneOf = [] }: Schema, path: string): string[] => [
        ...Object.entries(properties).flatMap(([key, schema]) =>
            isSecretKey(key) ? [`${path}.${key}`] : below(schema, `${path}.${key}`),
        ),
        ...[...(items === undefined ? [] : [items]), ...anyOf, ...oneOf].flatMap((each) => below(each, path)),
    ];
    return Object.entries(sectionSchemas() as Record<string, Schema>).flatMap(([key, schema]) => below(schema, key));
}
