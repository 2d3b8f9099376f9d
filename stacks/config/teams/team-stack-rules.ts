import { type KeyPath, type Problem } from "../../../components/problem.ts";
import { teamLevels } from "../../../components/teams/access/team-roles.ts";
import { noTeam } from "../../../components/task-labels.ts";
import { teamNamespace } from "../../../components/teams/team-names.ts";
import { cores, mebibytes } from "../../../components/teams/team-quota.ts";
import { machineProblems } from "../login/machine-rules.ts";
import { type ParsedConfig } from "../schema.ts";
import { kubectlRoleProblems } from "./kubectl-role-rules.ts";
import { secretsOverlaps } from "./team-aws-rules.ts";
import { bucketProblems } from "./team-bucket-rules.ts";

/** Rules between `teams` and the other sections. */
export function teamStackProblems(config: ParsedConfig): Problem[] {
    const { teams, airflow } = config;
    return [
        ...(teams.length === 0
            ? []
            : [...bundleProblems(config), ...launchProblems(airflow), ...roleProblems(airflow)]),
        ...(teams.length > 0 && teams.every(({ isolation }) => isolation === undefined) ? partProblems(airflow) : []),
        ...teams.flatMap((team, index) => groupProblems(team, index, config.login)),
        ...callerProblems(config),
        ...machineProblems(config),
        ...kubectlRoleProblems(config),
        ...secretsOverlaps(teams, airflow.secrets),
        ...bucketProblems(config),
        ...teams.flatMap(({ quota }, index) => quotaProblems(quota, index, airflow.sizes.task)),
    ];
}

/** Values for parts of the chart that such a stack has none of. */
function partProblems({ chartValues }: ParsedConfig["airflow"]): Problem[] {
    return ["dagProcessor", "triggerer"].flatMap((part) =>
        chartValues[part] === undefined
            ? []
            : [
                  {
                      path: ["airflow", "chartValues", part],
                      value: chartValues[part],
                      rule:
                          `each team has its own, which the chart does not make. Set airflow.sizes.${part} or airflow.config ` +
                          `instead, or isolation of the teams that share one.`,
                  },
              ],
    );
}

function launchProblems({ launchPods }: ParsedConfig["airflow"]): Problem[] {
    return launchPods
        ? [
              {
                  path: ["airflow", "launchPods"],
                  value: launchPods,
                  rule: "each team says for itself whether its tasks make pods. Set launchPods of those teams instead.",
              },
          ]
        : [];
}

function roleProblems({ aws }: ParsedConfig["airflow"]): Problem[] {
    return aws === undefined
        ? []
        : [
              {
                  path: ["airflow", "aws"],
                  value: aws,
                  rule: "each team has a role of its own, and no task of a team has this one. Set aws of those teams instead.",
              },
          ];
}

type ParsedTeam = ParsedConfig["teams"][number];

function bundleProblems({ airflow: { dagBundles } }: ParsedConfig): Problem[] {
    return dagBundles === undefined
        ? []
        : [
              {
                  path: ["airflow", "dagBundles"],
                  value: dagBundles,
                  rule:
                      "whose task it is says the bundle that its DAG came from, and no team has these. Give each to a team, " +
                      "as teams[…].dags, and remove the key.",
              },
          ];
}

function groupProblems({ groups }: ParsedTeam, team: number, login: ParsedConfig["login"]): Problem[] {
    const path = ["teams", team, "groups"];
    if (login === undefined) {
        return Object.keys(groups).length === 0
            ? []
            : [
                  {
                      path,
                      value: groups,
                      rule: "groups come with people who log in, and this stack has no login. Set login, or remove groups.",
                  },
              ];
    }
    const roleOf = new Map<string, string>([
        ...Object.entries(login.roles).flatMap(([role, members = []]) =>
            members.map((group) => [group, `login.roles.${role}`] as const),
        ),
        ...login.adminGroups.map((group) => [group, "login.adminGroups"] as const),
    ]);
    return teamLevels.flatMap((level) =>
        (groups[level] ?? []).flatMap((group, index) => {
            const other = roleOf.get(group);
            return other === undefined
                ? []
                : [
                      {
                          path: [...path, level, index],
                          value: group,
                          rule:
                              `it is in ${other} too, which is a role for the DAGs of all teams. Remove it there, or give the ` +
                              `team a group of its own.`,
                      },
                  ];
        }),
    );
}

/** Whoever runs where tasks run could pass for the front door, or for a machine. */
function callerProblems({ mesh: { frontDoor }, teams }: ParsedConfig): Problem[] {
    const callers = [
        {
            path: ["mesh", "frontDoor"] as KeyPath,
            caller: frontDoor,
            what: "the front door",
            wayOut: "Put the ingress",
        },
        ...teams.flatMap(({ machines }, team) =>
            machines.map(({ from }, index) => ({
                path: ["teams", team, "machines", index, "from"] as KeyPath,
                caller: from,
                what: "the machine",
                wayOut: "Run it",
            })),
        ),
    ];
    const taken = new Map([
        [teamNamespace(noTeam), "where the tasks of a stack without teams run"],
        ...teams.map(({ name }, index) => [teamNamespace(name), `the namespace of teams[${index}]`] as const),
    ]);
    return callers.flatMap(({ path, caller, what, wayOut }) => {
        const whose = taken.get(caller?.namespace ?? "");
        return caller === undefined || whose === undefined
            ? []
            : [
                  {
                      path: [...path, "namespace"],
                      value: caller.namespace,
                      rule: `it is ${whose}, and any task there could pass for ${what}. ${wayOut} elsewhere.`,
                  },
              ];
    });
}

/** A quota below what one task takes: then Kubernetes refuses every task, and nobody told why. */
function quotaProblems(
    quota: ParsedTeam["quota"],
    team: number,
    task: ParsedConfig["airflow"]["sizes"]["task"],
): Problem[] {
    const takes = task.memoryLimit ?? task.memory;
    const low = (key: "cpu" | "memory", least: string) => ({
        path: ["teams", team, "quota", key],
        value: quota[key],
        rule: `one task takes ${least}, by airflow.sizes.task, so none could run. Raise it, or lower what a task takes.`,
    });
    return [
        ...(cores(quota.cpu) < cores(task.cpu) ? [low("cpu", task.cpu)] : []),
        ...(mebibytes(quota.memory) < mebibytes(takes) ? [low("memory", takes)] : []),
    ];
}
