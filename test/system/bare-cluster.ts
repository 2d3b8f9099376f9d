import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { ApiException, KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";

import { startControlPlane, stopControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { checkout, place } from "../../rehearsal/place.ts";

/** What a test creates or reads back. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Kubernetes objects of any kind
export type AnyObject = KubernetesObject & Record<string, any>;

/** A control plane for one test file, with nothing deployed. */
export interface BareCluster {
    /** The path of the administrator's kubeconfig. Its context is `rehearsal`. */
    readonly kubeconfig: string;
    /** The folder of kubectl and helm. */
    readonly bin: string;
    create(object: AnyObject): Promise<AnyObject>;
    /** What the API server would store. */
    admitted(object: AnyObject): Promise<AnyObject>;
    /** Why the API server would not store the object, or undefined if it would. Asked by the administrator or by that user. */
    refusal(object: AnyObject, user?: string): Promise<string | undefined>;
    /** Why the API server would not store the changed object, or undefined if it would. */
    refusedChange(object: AnyObject): Promise<string | undefined>;
    list(apiVersion: string, kind: string, namespace: string): Promise<AnyObject[]>;
    install(chart: string, namespace: string, values: object, ...flags: string[]): Promise<void>;
    /** What kubectl says, and whether it ended well. */
    kubectl(args: readonly string[], input?: object): { readonly ok: boolean; readonly said: string };
    stop(): Promise<void>;
}

export async function startBareCluster(): Promise<BareCluster> {
    const at = place(await mkdtemp(join(tmpdir(), "airflow-linkerd-bare-")));
    const stop = async () => {
        await stopControlPlane(at, () => undefined);
        await rm(at.root, { recursive: true, force: true });
    };
    try {
        await startControlPlane(at, () => undefined, Containers.simulated);
    } catch (error) {
        await stop();
        throw error;
    }
    const apiAs = (user?: string) => {
        const config = new KubeConfig();
        config.loadFromFile(at.kubeconfig);
        config.users = config.users.map((each) => ({ ...each, ...(user && { impersonateUser: user }) }));
        return KubernetesObjectApi.makeApiClient(config);
    };
    const api = apiAs();
    const apis = new Map<string, KubernetesObjectApi>();
    const refusalOf = async (attempt: Promise<unknown>): Promise<string | undefined> => {
        try {
            await attempt;
            return undefined;
        } catch (error) {
            if (error instanceof ApiException && error.code < 500) {
                return JSON.parse(error.body).message;
            }
            throw error;
        }
    };
    const admitted = async (object: AnyObject) => (await api.create(object, undefined, "All")) as AnyObject;
    return {
        kubeconfig: at.kubeconfig,
        bin: at.bin,
        create: async (object) => (await api.create(object)) as AnyObject,
        admitted,
        refusal(object, user) {
            if (user === undefined) {
                return refusalOf(admitted(object));
            }
            const own = apis.get(user) ?? apiAs(user);
            apis.set(user, own);
            return refusalOf(own.create(object, undefined, "All"));
        },
        refusedChange: (object) => refusalOf(api.replace(object, undefined, "All")),
        list: async (apiVersion, kind, namespace) => (await api.list(apiVersion, kind, namespace)).items as AnyObject[],
        async install(chart, namespace, values, ...flags) {
            const source = join(checkout, "rehearsal/charts", chart);
            const args = ["install", chart, source, "--kubeconfig", at.kubeconfig, "--namespace", namespace];
            const running = promisify(execFile)(join(at.bin, "helm"), [...args, ...flags, "--values", "-"]);
            running.child.stdin?.end(JSON.stringify(values));
            await running;
        },
        kubectl(args, input) {
            const { status, stdout, stderr } = spawnSync(
                join(at.bin, "kubectl"),
                ["--kubeconfig", at.kubeconfig, ...args],
                { encoding: "utf8", input: input === undefined ? "" : JSON.stringify(input) },
            );
            return { ok: status === 0, said: stdout + stderr };
        },
        stop,
    };
}

/** The first answer that is not undefined. The test's own timeout is the limit. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
        const answer = await ask();
        if (answer !== undefined) {
            return answer;
        }
        await delay(100);
    }
}
