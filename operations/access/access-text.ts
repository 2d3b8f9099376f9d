import { chainLines } from "../chain/chain-text.ts";
import { section } from "../stack/text-table.ts";
import { type Access } from "./access.ts";

/** For a terminal. */
export function accessText({
    stack,
    cluster,
    login,
    people,
    machines = [],
    kubectl = [],
    principals,
    tasks,
    relaxed,
}: Access): string {
    const lines = [
        `Stack ${stack}, cluster ${cluster.name}` +
            (cluster.account === undefined ? "" : `, AWS account ${cluster.account} in ${cluster.region ?? ""}`),
        login === undefined
            ? "Nobody logs in by this stack."
            : `People log in at ${login.issuer}; their groups are its claim "${login.groupsClaim}".`,
        ...section(
            "People in Airflow",
            ["GROUP", "DAGS OF", "ROLE", "MAY"],
            people.map(({ group, team, role, may }) => [group, team ?? "all teams", role, may]),
        ),
        ...section(
            "Machines that start runs",
            ["MACHINE", "BY TOKENS OF", "DAGS"],
            machines.map(({ machine, tokens, dags }) => [machine, tokens, dags.join(", ")]),
        ),
        ...section(
            "People in the cluster, by kubectl",
            ["GROUP", "NAMESPACE", "MAY"],
            kubectl.map(({ group, namespace, may }) => [group, namespace, may]),
        ),
        ...section(
            "Principals of AWS in the cluster",
            ["PRINCIPAL", "MAY"],
            principals.map(({ arn, may }) => [arn, may]),
        ),
        ...tasks.flatMap((chain) => [
            "",
            chain.limits === undefined ? "All tasks" : `Tasks of team ${chain.team}`,
            ...chainLines(chain),
        ]),
        ...section(
            "What is relaxed",
            ["WHAT"],
            relaxed.map((line) => [line]),
        ),
    ];
    return `${lines.join("\n")}\n`;
}
