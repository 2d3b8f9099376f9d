import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { checkout } from "../../../../rehearsal/place.ts";
import { loginHost, street, uiHost } from "../door-objects.ts";
import { type EntranceCluster } from "../entrance-cluster.ts";
import { type Answer, type Visitor } from "../visitor.ts";

export const clientId = "airflow";
export const clientSecret = "the client's secret";
const port = 8443;

// The provider says where it is as soon as it listens.
const serving = `
    const [module, listening, client] = process.argv.slice(1);
    import(module)
        .then(({ startIdentityProvider }) => startIdentityProvider(JSON.parse(listening), JSON.parse(client)))
        .then(({ issuer }) => console.log(issuer));
`;

/** The rehearsal's provider in a pod of the cluster, under a name and a certificate of its own. */
export class LoginProvider {
    readonly issuer = `https://${loginHost}:${String(port)}`;
    readonly #process: ChildProcess;
    readonly #address: string;

    private constructor(process: ChildProcess, address: string) {
        this.#process = process;
        this.#address = address;
    }

    static async start(cluster: EntranceCluster): Promise<LoginProvider> {
        const pod = await cluster.caller("login");
        await cluster.create([
            {
                apiVersion: "v1",
                kind: "Service",
                metadata: { name: "login", namespace: street },
                spec: { selector: { app: "login" }, ports: [{ port }] },
            },
        ]);
        const { certificate, key } = cluster.certificate("login");
        const process = pod.starts(
            serving,
            join(checkout, "rehearsal/identity-provider/identity-provider.ts"),
            JSON.stringify({ port, certificate, key, at: { name: loginHost, address: "0.0.0.0" } }),
            JSON.stringify({
                id: clientId,
                secret: clientSecret,
                redirectUris: [`https://${uiHost}/oauth2/callback`],
                afterLogoutUris: [],
            }),
        );
        await Promise.race([
            once(process.stdout as NodeJS.ReadableStream, "data"),
            once(process, "exit").then(() =>
                Promise.reject(new Error("the login's provider ended before it listened")),
            ),
        ]);
        const service = cluster.read<{ spec: { clusterIP: string } }>("service", "-n", street, "login");
        return new LoginProvider(process, service.spec.clusterIP);
    }

    /** Puts a question of a visitor's to the provider. */
    ask(visitor: Visitor, question: Parameters<Visitor["ask"]>[0]): Promise<Answer> {
        return visitor.ask({ ...question, address: this.#address, host: loginHost, port });
    }

    async setGroups(visitor: Visitor, persona: string, groups: readonly string[]): Promise<void> {
        const { status, body } = await this.ask(visitor, {
            path: `/personas/${persona}`,
            method: "PUT",
            body: JSON.stringify({ groups }),
        });
        if (status !== 204) {
            throw new Error(`the groups of ${persona} stay: ${body}`);
        }
    }

    async stop(): Promise<void> {
        const ended = once(this.#process, "exit");
        this.#process.kill();
        await ended;
    }
}
