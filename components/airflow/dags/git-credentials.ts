import type * as pulumi from "@pulumi/pulumi";

/** How a git server knows us. */
export const GitCredentialsKind = {
    /** A password or access token, over https. */
    token: "token",
    /** A private key, over ssh. */
    sshKey: "ssh-key",
} as const;

export interface GitToken {
    readonly kind: typeof GitCredentialsKind.token;
    /** The name that goes with the token. What it must be depends on the server; many take any. */
    readonly user: string;
    /** A secret. It need only read the repository. */
    readonly token: pulumi.Input<string>;
}

export interface GitSshKey {
    readonly kind: typeof GitCredentialsKind.sshKey;
    /** A secret: the private key in the form that OpenSSH writes. It need only read the repository. */
    readonly privateKey: pulumi.Input<string>;
    /** The server's keys, as a line of `known_hosts` each: without them anybody could pose as the server. */
    readonly knownHosts: string;
}

/** The Secret with a bundle's credentials, and its keys. */
export function credentialsSecret(bundle: string) {
    return { name: `airflow-dag-bundle-${bundle}`, connection: "connection", knownHosts: "known_hosts" } as const;
}

/** The connection's id. A bundle's name is a DNS label, so no two of them become the same. */
export function connectionId(bundle: string): string {
    return `dag_bundle_${bundle.replaceAll("-", "_")}`;
}

/** Where the rest of them is shown to who fetches the bundle. */
export function credentialsFolder(bundle: string): string {
    return `/etc/airflow-dag-bundles/${bundle}`;
}

/** What Airflow logs in to the repository with, in the form of its `AIRFLOW_CONN_…` variables. A secret. */
export function gitConnection(bundle: string, credentials: Plain<GitToken> | Plain<GitSshKey>): string {
    return JSON.stringify(
        credentials.kind === GitCredentialsKind.token
            ? { conn_type: "git", login: credentials.user, password: credentials.token }
            : {
                  conn_type: "git",
                  extra: {
                      // OpenSSH takes a key without a line break at its end for none.
                      private_key: `${credentials.privateKey.trimEnd()}\n`,
                      strict_host_key_checking: "yes",
                      known_hosts_file: `${credentialsFolder(bundle)}/${credentialsSecret(bundle).knownHosts}`,
                  },
              },
    );
}

/** An input whose outputs are resolved. */
type Plain<T> = { readonly [Key in keyof T]: T[Key] extends pulumi.Input<string> ? T[Key] & string : T[Key] };
