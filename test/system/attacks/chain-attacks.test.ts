import assert from "node:assert/strict";

import { taskAccount } from "../../../components/teams/team-names.ts";
import { type Attack } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { type AnyObject } from "../bare-cluster.ts";
import {
    administrator,
    almighty,
    type Gate,
    gateCluster,
    gateOf,
    scheduler,
    taskOf,
    team,
    unguarded,
} from "./gate-cluster.ts";
import { taskPod } from "./task-pod.ts";

/** A task's pod that is there. */
const running = "running";

/** What makes a team, by what it is. */
const objects: Readonly<Record<string, AnyObject>> = {
    "a quota": {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "more" },
        spec: { hard: { pods: "1000" } },
    },
    "an account": { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "other" } },
    "a Secret": { apiVersion: "v1", kind: "Secret", metadata: { name: "other" } },
    "a ConfigMap": { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" } },
    "a NetworkPolicy": {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "open" },
        spec: { podSelector: {}, egress: [{}], policyTypes: ["Egress"] },
    },
    "a binding": {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "more" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
        subjects: [{ kind: "ServiceAccount", name: taskAccount, namespace: team }],
    },
};

const chain = /may not change \w+ here: they come from the platform's config/;

/** Somebody's command, in place of NAMESPACE with that of the attack. */
function command(name: string, says: RegExp, args: readonly string[], passed: RegExp): Attack<Gate> {
    return {
        name,
        says,
        attempt: ({ at, namespace }) => {
            const { ok, said } = at.cluster.kubectl(args.map((arg) => arg.replace("NAMESPACE", namespace)));
            // Where no kubelet answers, a way into a pod ends after the API server has let it through.
            return ok || (!says.test(said) && passed.test(said)) ? undefined : said;
        },
    };
}

const never = /^(?!)/;

const made: readonly Attack<Gate>[] = [
    ...Object.entries(objects).map(([name, object]): Attack<Gate> => ({
        name,
        says: chain,
        attempt: ({ at, namespace }) =>
            at.refusal(almighty, { ...object, metadata: { ...object.metadata, namespace } }),
    })),
    command(
        "more pods than its quota has",
        chain,
        [
            ...["patch", "resourcequota", "team", "-n", "NAMESPACE", "--as", almighty, "--dry-run=server"],
            ...["--type=merge", "-p", '{"spec":{"hard":{"pods":"1000"}}}'],
        ],
        never,
    ),
    command(
        "another role for its account",
        chain,
        [
            ...["annotate", "serviceaccount", taskAccount, "-n", "NAMESPACE", "--as", almighty, "--dry-run=server"],
            "eks.amazonaws.com/role-arn=arn:aws:iam::123456789012:role/airflow-prod-team-billing-airflow-task",
        ],
        never,
    ),
    command(
        "the end of a network policy",
        chain,
        ["delete", "networkpolicy", "default-deny", "-n", "NAMESPACE", "--as", almighty, "--dry-run=server"],
        never,
    ),
];

const entered = (verb: string) => new RegExp(`nobody enters a task's pod: ${verb} is refused to everybody`);
/** How a way into a pod ends that the API server let through: there is no kubelet. */
const noNode = /no preferred addresses found|does not have a host assigned|unable to upgrade|error dialing/i;

const entries: readonly Attack<Gate>[] = [
    command("exec", entered("exec"), ["exec", running, "-n", "NAMESPACE", "--", "id"], noNode),
    command("attach", entered("attach"), ["attach", running, "-n", "NAMESPACE"], noNode),
    command(
        "a forwarded port",
        entered("portforward"),
        ["create", "--raw", `/api/v1/namespaces/NAMESPACE/pods/${running}/portforward?ports=8080`, "-f", "-"],
        noNode,
    ),
    command(
        "a container that is put in afterwards",
        entered("ephemeralcontainers"),
        ["debug", running, "-n", "NAMESPACE", "--image=busybox", "--attach=false"],
        never,
    ),
];

const scheduled: readonly Attack<Gate>[] = [
    command(
        "another image for a task that runs",
        /images here are .*, not example\.com\/miner:1/,
        [
            ...["set", "image", `pod/${running}`, "base=example.com/miner:1", "-n", "NAMESPACE"],
            ...["--as", scheduler, "--dry-run=server"],
        ],
        never,
    ),
    command(
        "another team's label on a pod that is there",
        /a pod has the label airflow-linkerd.io\/team: analytics/,
        [
            ...["label", "pod", running, "-n", "NAMESPACE", "--overwrite", "--as", scheduler, "--dry-run=server"],
            "airflow-linkerd.io/team=billing",
        ],
        never,
    ),
];

const tokens: readonly Attack<Gate>[] = [
    command(
        "a token of its account, for anybody",
        /may not ask for a token of another account: only a node does/,
        ["create", "token", taskAccount, "-n", "NAMESPACE", "--as", taskOf(team)],
        never,
    ),
    {
        name: "a pod made with its own token",
        says: /makes no pods here: Airflow's scheduler does/,
        attempt: ({ at, namespace }) => at.refusal(taskOf(team), taskPod(namespace)),
    },
];

const byAdministrators: readonly Attack<Gate>[] = [
    {
        name: "a pod of an administrator's",
        says: /makes no pods here: Airflow's scheduler does/,
        attempt: ({ at, namespace }) => at.refusal(administrator, taskPod(namespace)),
    },
];

describe("What makes a team", function () {
    this.timeout("10m");

    before(async () => {
        const { cluster } = await gateCluster();
        const pod = (namespace: string) => taskPod(namespace, ({ metadata }) => (metadata.name = running));
        for (const namespace of [team, unguarded]) {
            const metadata = (name: string) => ({ name, namespace });
            await cluster.create({
                ...objects["a quota"],
                metadata: metadata("team"),
            } as AnyObject);
            await cluster.create({
                ...objects["a NetworkPolicy"],
                metadata: metadata("default-deny"),
            } as AnyObject);
            assert.ok(cluster.kubectl(["create", "--as", scheduler, "-f", "-"], pod(namespace)).ok);
        }
    });

    refusesAttacks("somebody with all rights in namespaces", gateOf(team), made);
    refusesAttacks("an administrator who would enter a task", gateOf(team), entries);
    refusesAttacks("Airflow's scheduler, taken over", gateOf(team), scheduled);
    refusesAttacks("a task with a token for the Kubernetes API", gateOf(team), tokens);
    refusesAttacks("an administrator", gateOf(team), byAdministrators);
});
