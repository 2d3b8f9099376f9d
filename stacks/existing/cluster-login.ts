import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import { type UserEntry } from "../config/cluster/kubeconfig/file.ts";

/** Enough for a command that asks a cloud for a token. */
const pluginSeconds = 60;

/** Whom a kubeconfig logs in as. */
export type Credentials = UserEntry & {
    readonly token?: string;
    readonly "client-certificate-data"?: string;
    readonly "client-key-data"?: string;
    readonly exec?: {
        readonly command: string;
        readonly args?: readonly string[] | null;
        readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
        readonly apiVersion: string;
    };
};

/** What a call of the API server carries. Secrets. */
export interface Login {
    readonly token?: string | undefined;
    readonly cert?: string | Buffer | undefined;
    readonly key?: string | Buffer | undefined;
}

/** The cluster did not answer, or not with what was asked for. It carries nothing of what was sent. */
export class Unreadable extends Error {}

/** @throws an Unreadable where a command was to give the credentials, and did not. */
export async function loginOf(user: Credentials): Promise<Login> {
    if (user.exec != null) {
        return fromPlugin(user.exec);
    }
    return {
        token: user.token ?? content(undefined, user.tokenFile)?.toString("utf8").trim(),
        cert: content(user["client-certificate-data"], user["client-certificate"]),
        key: content(user["client-key-data"], user["client-key"]),
    };
}

async function fromPlugin({ command, args, env, apiVersion }: NonNullable<Credentials["exec"]>): Promise<Login> {
    try {
        const { stdout } = await promisify(execFile)(command, [...(args ?? [])], {
            timeout: pluginSeconds * 1000,
            env: {
                ...process.env,
                ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
                KUBERNETES_EXEC_INFO: JSON.stringify({
                    apiVersion,
                    kind: "ExecCredential",
                    spec: { interactive: false },
                }),
            },
        });
        const { status } = JSON.parse(stdout) as {
            status: { token?: string; clientCertificateData?: string; clientKeyData?: string };
        };
        return { token: status.token, cert: status.clientCertificateData, key: status.clientKeyData };
    } catch {
        // Its own words may hold what it logged in with.
        throw new Unreadable(`the command ${command} gave no credentials`);
    }
}

/** What stands in the kubeconfig in base64, or in a file that it names. */
export function content(data: unknown, file: unknown): Buffer | undefined {
    if (typeof data === "string") {
        return Buffer.from(data, "base64");
    }
    return typeof file === "string" && file !== "" ? readFileSync(file) : undefined;
}
