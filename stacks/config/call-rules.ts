import { namespaceName as airflowNamespace } from "../../components/airflow/names.ts";
import { certManagerNamespace, linkerdNamespace, vizNamespace } from "../../components/mesh/names.ts";
import { type Problem } from "../../components/problem.ts";
import { teamNamespace } from "../../components/teams/team-names.ts";
import { type ParsedConfig } from "./schema.ts";

type ParsedCall = ParsedConfig["teams"][number]["calls"][number];

/** Where the platform itself is, and Kubernetes. */
const platformNamespaces = [
    airflowNamespace,
    linkerdNamespace,
    vizNamespace,
    certManagerNamespace,
    "kube-system",
    "kube-public",
    "kube-node-lease",
];

/** Why tasks may not call that. */
export function callProblems({ namespace, service, serviceAccount, labels }: ParsedCall): Problem[] {
    const rule = namespaceRule(namespace);
    return [
        ...(rule === undefined ? [] : [{ path: ["namespace"], value: namespace, rule }]),
        ...(service === undefined && serviceAccount === undefined && labels === undefined
            ? [
                  {
                      path: ["service"],
                      value: service,
                      rule:
                          "it would open every pod of the namespace. Name the Service, or the pods' serviceAccount with their " +
                          "labels.",
                  },
              ]
            : []),
    ];
}

function namespaceRule(namespace: string): string | undefined {
    if (platformNamespaces.includes(namespace)) {
        return (
            "it is the platform's own, and what a task needs of it, every task may call already. Remove the entry, or name " +
            "another namespace."
        );
    }
    return namespace.startsWith(teamNamespace(""))
        ? "it is a team's, and nothing calls a task's pod. Put what is called into a namespace of its own."
        : undefined;
}
