import type * as pulumi from "@pulumi/pulumi";

/** How Airflow authenticates to a git server. */
export const GitCredentialsKind = {
    /** A password or access token, over https. */
    token: "token",
    /** A private key, over ssh. */
    sshKey: "ssh-key",
} as const;

export interface GitToken {
    readonly kind: typeof GitCredentialsKind.token;
    /** The user name. Which one depends on the server; with a token many accept any. */
    readonly user: string;
    /** A secret. Read access to the repository is enough. */
    readonly token: pulumi.Input<string>;
}

export interface GitSshKey {
    readonly kind: typeof GitCredentialsKind.sshKey;
    /** A secret: the private key in OpenSSH's format. Read access to the repository is enough. */
    readonly privateKey: pulumi.Input<string>;
    /** The server's host keys, as lines of `known_hosts`. Without them anybody could impersonate the server. */
    readonly knownHosts: string;
}

/** The name of the Secret with a bundle's credentials, and the keys in it. */
export function credentialsSecret(bundle: string) {
    return { name: `airflow-dag-bundle-${bundle}`, connection: "connection", knownHosts: "known_hosts" } as const;
}

/** The connection's id. Bundle names are DNS labels without underscores, so different names give different ids. */
export function connectionId(bundle: string): string {
    return `dag_bundle_${bundle.replaceAll("-", "_")}`;
}

/** The folder where containers that fetch the bundle find its `known_hosts`. */
export function credentialsFolder(bundle: string): string {
    return `/etc/airflow-dag-bundles/${bundle}`;
}

/** The Airflow connection to the repository, as JSON for an `AIRFLOW_CONN_…` variable. A secret. */
export function gitConnection(bundle: string, credentials: Plain<GitToken> | Plain<GitSshKey>): string {
    return JSON.stringify(
        credentials.kind === GitCredentialsKind.token
            ? { conn_type: "git", login: credentials.user, password: credentials.token }
            : {
                  conn_type: "git",
                  extra: {
                      // OpenSSH rejects a private key file that does not end with a line break.
                      private_key: `${credentials.privateKey.trimEnd()}\n`,
                      strict_host_key_checking: "yes",
                      known_hosts_file: `${credentialsFolder(bundle)}/${credentialsSecret(bundle).knownHosts}`,
                  },
              },
    );
}

/** The same credentials with their outputs resolved. */
type Plain<T> = { readonly [Key in keyof T]: T[Key] extends pulumi.Input<string> ? T[Key] & string : T[Key] };
