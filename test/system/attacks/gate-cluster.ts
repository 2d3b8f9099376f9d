import { gatePolicies } from "../../../components/teams/admission/gate-policies.ts";
import {
    dagProcessorName,
    imagesAnnotation,
    launchPodsLabel,
    ownersAnnotation,
    taskAccount,
    teamLabel,
    triggererName,
} from "../../../components/teams/team-names.ts";
import { values } from "../../rehearsal/charts/values.ts";
import { type Attack, type Authority } from "../../support/attacks/attack.ts";
import { type AnyObject, type BareCluster, eventually, startBareCluster } from "../bare-cluster.ts";
import { type Change, image, taskPod } from "./task-pod.ts";

export const scheduler = "system:serviceaccount:airflow:airflow-scheduler";

/** A team's namespace, one where its tasks make pods themselves, and one that the gate does not guard. */
export const [team, launching, unguarded] = ["team-analytics", "team-launching", "unguarded"];

/** Who runs tasks in a namespace. */
export const taskOf = (namespace: string) => `system:serviceaccount:${namespace}:${taskAccount}`;

/** Who may do everything in the cluster. */
export const administrator = "system:admin";

/** Somebody who may do everything with the objects of every namespace. */
export const almighty = "almighty";

/** A cluster with the gate and little else: by RBAC everybody here may do all that the gate refuses. */
export class GateCluster {
    readonly cluster: BareCluster;

    private constructor(cluster: BareCluster) {
        this.cluster = cluster;
    }

    static async start(): Promise<GateCluster> {
        const made = new GateCluster(await startBareCluster());
        try {
            await made.#deploy();
        } catch (error) {
            await made.cluster.stop();
            throw error;
        }
        return made;
    }

    /** Why somebody, such as the administrator, may not create an object; undefined where nothing stands in the way. */
    refusal(user: string, object: AnyObject): Promise<string | undefined> {
        return this.cluster.refusal(object, user === administrator ? undefined : user);
    }

    /** A namespace with the account of tasks, whose pods the mesh has. The gate knows those with a team's label. */
    async namespace(name: string, labels: Record<string, string>): Promise<void> {
        await this.cluster.create({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name,
                labels,
                annotations: {
                    "linkerd.io/inject": "enabled",
                    "config.linkerd.io/default-inbound-policy": "deny",
                    [ownersAnnotation]: "ann@example.com or #team-analytics",
                    [imagesAnnotation]: `${image},example.com/analytics:1`,
                },
            },
        });
        for (const account of [taskAccount, dagProcessorName, triggererName]) {
            await this.cluster.create({
                apiVersion: "v1",
                kind: "ServiceAccount",
                metadata: { name: account, namespace: name },
            });
        }
    }

    async #deploy(): Promise<void> {
        const { cluster } = this;
        await cluster.create({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "linkerd", labels: { "linkerd.io/is-control-plane": "true" } },
        });
        await cluster.create({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "linkerd-identity-trust-roots", namespace: "linkerd" },
            data: { "ca-bundle.crt": "roots" },
        });
        await cluster.install("linkerd-control-plane", "linkerd", values["linkerd-control-plane"] ?? {});
        for (const { name, spec } of gatePolicies({ scheduler, proxyImage: "cr.l5d.io/linkerd/proxy" })) {
            const metadata = { name };
            const apiVersion = "admissionregistration.k8s.io/v1";
            await cluster.create({ apiVersion, kind: "ValidatingAdmissionPolicy", metadata, spec });
            await cluster.create({
                apiVersion,
                kind: "ValidatingAdmissionPolicyBinding",
                metadata,
                spec: { policyName: name, validationActions: ["Deny"] },
            });
        }
        await this.namespace(team, { [teamLabel]: "analytics" });
        await this.namespace(launching, { [teamLabel]: "launching", [launchPodsLabel]: "true" });
        await this.namespace(unguarded, {});
        // Everybody here may do everything with pods by RBAC: what refuses is the gate alone.
        for (const name of [scheduler, taskOf(team), taskOf(launching)]) {
            await cluster.create({
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRoleBinding",
                metadata: { name: name.replaceAll(":", "-") },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
                subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
            });
        }
        // All objects in namespaces, and no namespace itself.
        await cluster.create({
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: almighty },
            rules: [
                { apiGroups: ["*"], resources: ["*"], verbs: ["create", "update", "patch", "get", "bind"] },
                // And no namespaces: whoever may delete those is the platform.
                { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["delete"] },
            ],
        });
        await cluster.create({
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: almighty },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: almighty },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: almighty }],
        });
        await eventually(async () =>
            (await this.refusal(scheduler, taskPod(unguarded))) === undefined ? true : undefined,
        );
        await eventually(() => this.refusal(administrator, taskPod(team)));
    }
}

let shared: Promise<GateCluster> | undefined;

/** One for all tests of a run, which leave it as it was. */
export function gateCluster(): Promise<GateCluster> {
    shared ??= GateCluster.start();
    return shared;
}

after(async () => {
    if (shared !== undefined) {
        await (await shared).cluster.stop();
    }
});

/** Where an attack on the gate is tried. */
export interface Gate {
    readonly at: GateCluster;
    readonly namespace: string;
}

/** The gate of one namespace, and in its place one of which it knows nothing. */
export function gateOf(guarded: string): Authority<Gate> {
    const within = (namespace: string) => async () => ({ at: await gateCluster(), namespace });
    return {
        name: "the admission gate",
        signature: [new RegExp(`team ${guarded.replace("team-", "")}: `), /Ask ann@example\.com or #team-analytics\./],
        guarded: within(guarded),
        unguarded: within(unguarded),
    };
}

/** A task's pod with a change, as that user makes it; `says` is of the rule that refuses it. */
export function podBy(user: string) {
    return (name: string, change: Change, says: RegExp): Attack<Gate> => ({
        name,
        says,
        attempt: ({ at, namespace }) => at.refusal(user, taskPod(namespace, change)),
    });
}
