import { namespaceName as airflowNamespace } from "../../../components/airflow/names.ts";
import { entranceNamespace, loadBalancerNamespace } from "../../../components/entrance/names.ts";
import { certManagerNamespace, linkerdNamespace, vizNamespace } from "../../../components/mesh/names.ts";
import { type Problem } from "../../../components/problem.ts";
import { noTeam } from "../../../components/task-labels.ts";
import { teamNamespace } from "../../../components/teams/team-names.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedCall = ParsedConfig["teams"][number]["calls"][number];

/** Where the platform itself is, and Kubernetes. */
export const platformNamespaces = [
    airflowNamespace,
    entranceNamespace,
    loadBalancerNamespace,
    linkerdNamespace,
    vizNamespace,
    certManagerNamespace,
    "kube-system",
    "kube-public",
    "kube-node-lease",
];

/** Why tasks may not call that. Undefined when they may. */
export function callProblem({ namespace }: ParsedCall): Problem | undefined {
    const rule = namespaceRule(namespace);
    return rule === undefined ? undefined : { path: ["namespace"], value: namespace, rule };
}

function namespaceRule(namespace: string): string | undefined {
    if (platformNamespaces.includes(namespace)) {
        return (
            "it is the platform's own, and what a task needs of it, every task may call already. Remove the entry, or name " +
            "another namespace."
        );
    }
    return namespace.startsWith(teamNamespace("")) || namespace === teamNamespace(noTeam)
        ? "tasks run in it, and nothing calls a task's pod. Put what is called into a namespace of its own."
        : undefined;
}
