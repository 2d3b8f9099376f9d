import * as pulumi from "@pulumi/pulumi";

import { type DagBundle, DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { type GitAddress, parseGitAddress } from "../../../components/airflow/dags/git-address.ts";
import { GitCredentialsKind } from "../../../components/airflow/dags/git-credentials.ts";
import { type Problem } from "../../../components/problem.ts";
import { type dagBundle, type dagSource } from "./dag-bundle-schema.ts";
import { type z } from "zod";

type ParsedBundle = z.infer<typeof dagBundle>;
type ParsedSource = z.infer<typeof dagSource>;

/** Refuses credentials that do not go with the repository's address, and an address that is of no use without any. */
export function credentialsProblem(bundle: ParsedSource): Problem | undefined {
    if (bundle.kind === DagBundleKind.local) {
        return undefined;
    }
    const { tls, user } = addressOf(bundle.repository);
    return bundle.credentials === undefined
        ? missingProblem(tls, user)
        : (kindProblem(tls, bundle.credentials) ?? userProblem(user, bundle.credentials));
}

type Credentials = NonNullable<Extract<ParsedSource, { kind: "git" }>["credentials"]>;

function missingProblem(tls: boolean, user: string | undefined): Problem | undefined {
    if (!tls) {
        const rule =
            "the repository's address is one of ssh, which lets nobody in without a key. Give one, as {kind: ssh-key, " +
            "privateKey: {secure: …}, knownHosts: …}, or use the https address.";
        return { path: ["credentials"], value: undefined, rule };
    }
    // The user may be a token, which git servers take as one.
    return user === undefined
        ? undefined
        : {
              path: ["repository"],
              value: undefined,
              opening: "names who logs in, and there are no credentials:",
              rule:
                  "a public repository needs neither. Take out what stands before the @, or put it into credentials, as " +
                  "{kind: token, user: …, token: {secure: …}}.",
          };
}

function kindProblem(tls: boolean, { kind }: Credentials): Problem | undefined {
    return tls === (kind === GitCredentialsKind.token)
        ? undefined
        : {
              path: ["credentials", "kind"],
              value: kind,
              rule: tls
                  ? "the repository's address is https://…, which takes a token. Set it to token, or use the ssh address."
                  : "the repository's address is one of ssh, which takes a key. Set it to ssh-key, or use the https address.",
          };
}

function userProblem(user: string | undefined, credentials: Credentials): Problem | undefined {
    return user === undefined || !("user" in credentials) || credentials.user === undefined || credentials.user === user
        ? undefined
        : {
              path: ["credentials", "user"],
              value: credentials.user,
              rule: "the repository's address names another user. Leave one of the two out.",
          };
}

function addressOf(repository: string): GitAddress {
    const address = parseGitAddress(repository);
    if (typeof address === "string") {
        throw new Error(`the schema let a repository's address through: ${address}`);
    }
    return address;
}

/** What servers take beside a token where nobody says otherwise. */
const anyUser = "x-access-token";

export function bundleConfig(bundle: ParsedBundle): DagBundle {
    if (bundle.kind === DagBundleKind.local) {
        return bundle;
    }
    const { credentials, lfs: _, repository, submodules, ...others } = bundle;
    const { address, user } = addressOf(repository);
    const rest = { ...others, repository: address, ...(submodules ? { submodules } : {}) };
    if (credentials === undefined) {
        return rest;
    }
    return {
        ...rest,
        credentials:
            credentials.kind === GitCredentialsKind.token
                ? { ...credentials, user: credentials.user ?? user ?? anyUser, token: pulumi.secret(credentials.token) }
                : { ...credentials, privateKey: pulumi.secret(credentials.privateKey) },
    };
}
