import { type Connection, type ConnectionTable, type Egress, type Reason } from "../../components/connection.ts";
import { kubernetesApi } from "../../components/mesh/connections/kubernetes-api.ts";
import { type ClusterAddresses } from "../../components/mesh/connections/sources.ts";
import { teamNamespace } from "../../components/teams/team-names.ts";
import { callRows } from "./call-rows.ts";
import { codeOf, type TaskOwner, tasksOf } from "./team-tasks.ts";

/** Whom the code of each team may call, in its tasks and where its DAG files are read and its triggers run. */
export function teamConnections(teams: readonly TaskOwner[], addresses: ClusterAddresses): ConnectionTable {
    return {
        namespaces: teams.map(({ team }) => teamNamespace(team.name)),
        connections: teams.flatMap(calls),
        egress: teams.flatMap((team) => [...hosts(team), ...launches(team, addresses)]),
    };
}

function calls(team: TaskOwner): Connection[] {
    return callRows(`team-${team.team.name}`, codeOf(team), team.calls, (reason) => asked(team, reason));
}

function hosts(team: TaskOwner): Egress[] {
    return team.egress.flatMap(({ hosts: [first, ...rest], port, reason }, index) =>
        first === undefined
            ? []
            : [
                  {
                      name: `team-${index + 1}`,
                      from: codeOf(team),
                      to: { kind: "hosts", hosts: [first, ...rest], port, named: true, private: false },
                      reason: asked(team, reason),
                  },
              ],
    );
}

function launches(team: TaskOwner, addresses: ClusterAddresses): Egress[] {
    return team.team.launchPods
        ? [
              {
                  name: "kubernetes",
                  from: [tasksOf(team)],
                  to: kubernetesApi(addresses),
                  reason: "Tasks of this team make pods of their own",
              },
          ]
        : [];
}

function asked({ team }: TaskOwner, reason: string): Reason {
    return `Asked for by team ${team.name}: ${reason}`;
}
