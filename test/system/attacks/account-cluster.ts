import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { taskAccount, teamNamespace } from "../../../components/teams/team-names.ts";
import { type PropertyMap } from "../../../rehearsal/engine/values/property.ts";
import { plainMap } from "../../../rehearsal/engine/values/secrecy.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { type Recording } from "../../../rehearsal/recording/recording.ts";
import { type Attack, type Authority } from "../../support/attacks/attack.ts";
import { recorded } from "../../support/recordings.ts";
import { type AnyObject, type BareCluster, eventually, startBareCluster } from "../bare-cluster.ts";
import { taskPod } from "./task-pod.ts";
import { type ApiRequest, TokenClient } from "./token-client.ts";

/** A team, one more, whose tasks may make pods, and a pod of a task in each. */
export const [analytics, billing] = [teamNamespace("analytics"), teamNamespace("billing")];
export const running = "running";

/** An account of Kubernetes, as `namespace/name`. */
export const task = `${analytics}/${taskAccount}`;
export const launchingTask = `${billing}/${taskAccount}`;

/** What says who may do what, of a stack's objects. The rest needs a mesh, or nodes. */
const kinds = [
    "Namespace",
    "ServiceAccount",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ResourceQuota",
    "LimitRange",
    "NetworkPolicy",
    "ConfigMap",
    "Secret",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
];

const gateBindings = "validatingadmissionpolicybinding";
const named = (account: string) => `system:serviceaccount:${account.replace("/", ":")}`;

/** A cluster with the objects of a stack with two teams, as the program makes them. */
export class AccountCluster {
    readonly #cluster: BareCluster;
    readonly #clients = new Map<string, TokenClient>();
    #gate: readonly AnyObject[] = [];

    private constructor(cluster: BareCluster) {
        this.#cluster = cluster;
    }

    static async start(): Promise<AccountCluster> {
        const made = new AccountCluster(await startBareCluster());
        try {
            await made.#deploy(await stackWithTeams());
        } catch (error) {
            await made.stop();
            throw error;
        }
        return made;
    }

    stop(): Promise<void> {
        return this.#cluster.stop();
    }

    /** Why an account may not do that; undefined where the API server would. */
    async refusal(account: string, request: ApiRequest): Promise<string | undefined> {
        const { status, message } = await this.#client(account).ask(request);
        if (status < 300 || passed.test(message)) {
            return undefined;
        }
        if (status === 403) {
            return message;
        }
        throw new Error(`${request.method} ${request.path} was answered with ${status}: ${message}`);
    }

    /** Gives an account all rights, and takes the gate away, which would still refuse some of it. */
    async unguard(account: string): Promise<void> {
        this.#kubectl([
            "create",
            "clusterrolebinding",
            "attack",
            "--clusterrole=cluster-admin",
            `--serviceaccount=${account.replace("/", ":")}`,
        ]);
        this.#kubectl(["delete", gateBindings, ...this.#gate.map(({ metadata }) => metadata?.name ?? "")]);
        await this.#becomes(account, true);
    }

    async guard(account: string): Promise<void> {
        this.#kubectl(["delete", "clusterrolebinding", "attack"]);
        this.#create(this.#gate);
        await this.#becomes(account, false);
    }

    /** Once the API server knows who may do what now. */
    async #becomes(account: string, unguarded: boolean): Promise<void> {
        const secrets: ApiRequest = { method: "GET", path: `/api/v1/namespaces/linkerd/secrets` };
        const pod = taskPod(analytics);
        await eventually(async () => {
            const mayAll = (await this.refusal(account, secrets)) === undefined;
            const open = (await this.#cluster.refusal(pod)) === undefined;
            return mayAll === unguarded && open === unguarded ? true : undefined;
        });
    }

    #client(account: string): TokenClient {
        const known = this.#clients.get(account);
        if (known !== undefined) {
            return known;
        }
        const [namespace = "", name = ""] = account.split("/");
        const token = this.#kubectl(["create", "token", name, "-n", namespace, "--duration=1h"]).trim();
        const client = new TokenClient(this.#cluster.kubeconfig, token);
        this.#clients.set(account, client);
        return client;
    }

    #kubectl(args: readonly string[], input?: object): string {
        const { ok, said } = this.#cluster.kubectl(args, input);
        if (!ok) {
            throw new Error(`kubectl ${args.join(" ")} failed: ${said}`);
        }
        return said;
    }

    async #deploy({ resources }: Recording): Promise<void> {
        const objects = resources
            .filter(({ type }) => kinds.includes(type.split(":").at(-1) ?? "") && type.startsWith("kubernetes:"))
            .map(({ inputs }) => plainMap(inputs as PropertyMap) as unknown as AnyObject)
            .sort((one, other) => kinds.indexOf(one.kind ?? "") - kinds.indexOf(other.kind ?? ""));
        this.#gate = objects.filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding");
        this.#create(objects.filter((object) => !this.#gate.includes(object)));
        // Before the gate is closed: it asks for the mesh's proxies, and there is no mesh here.
        this.#create(
            [analytics, billing].map((namespace) => taskPod(namespace, ({ metadata }) => (metadata.name = running))),
        );
        this.#create(this.#gate);
        const release = resources.find(({ name }) => name === "airflow-release");
        const { values } = plainMap(release?.inputs as PropertyMap) as unknown as { values: object };
        await this.#cluster.install("airflow", "airflow", values, "--no-hooks");
    }

    #create(items: readonly AnyObject[]): void {
        this.#kubectl(["create", "-f", "-"], { apiVersion: "v1", kind: "List", items });
    }
}

/** How a way into a pod, or to its log, ends that the API server let through: there is no kubelet. */
const passed = /no preferred addresses found|upgrade request required|unable to upgrade|error dialing/i;

async function stackWithTeams(): Promise<Recording> {
    const { config } = parse(await readFile(join(checkout, "Pulumi.dev.yaml"), "utf8")) as {
        config: { "airflow-linkerd:airflow": object };
    };
    const team = (name: string, more: object) => ({
        name,
        owners: [`#${name}`],
        groups: { author: [`${name}-authors`] },
        dags: { kind: "local", path: `/opt/airflow/dags/${name}` },
        ...more,
    });
    return recorded("dev", {
        preview: false,
        config: {
            airflow: {
                ...config["airflow-linkerd:airflow"],
                url: "http://127.0.0.1:9080",
                logs: { kind: "volume", storageGb: 1, hostPath: "/var/lib/airflow-task-logs" },
            },
            // Whoever comes by it comes to Airflow alone, and not to the API server that is asked here.
            entrance: { kind: "none" },
            teams: [team("analytics", {}), team("billing", { launchPods: true })],
        },
    });
}

let shared: Promise<AccountCluster> | undefined;

function accountCluster(): Promise<AccountCluster> {
    shared ??= AccountCluster.start();
    return shared;
}

after(async () => {
    if (shared !== undefined) {
        await (await shared).stop();
    }
});

/** What RBAC lets an account do, and the same account with all rights. */
export function rbacOf(account: string): Authority<AccountCluster> {
    return {
        name: "RBAC in the API server",
        signature: [new RegExp(`forbidden: User "${named(account)}" cannot `)],
        guarded: accountCluster,
        unguarded: async () => {
            const cluster = await accountCluster();
            await cluster.unguard(account);
            return cluster;
        },
        restore: async () => (await accountCluster()).guard(account),
    };
}

/** A request with an account's token. */
export function requestBy(account: string) {
    return (name: string, says: RegExp, request: ApiRequest): Attack<AccountCluster> => ({
        name,
        says,
        attempt: (cluster) => cluster.refusal(account, request),
    });
}
