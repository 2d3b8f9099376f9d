import { type Problem } from "../../../components/problem.ts";
import { type TeamMachine } from "../../../components/teams/access/team-machine.ts";
import { repeated, repeatedNames } from "../repetition-rules.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedMachine = ParsedConfig["teams"][number]["machines"][number];

/** Rules about the machines of all teams, and of the login that vouches for them. */
export function machineProblems({ teams, login }: Pick<ParsedConfig, "teams" | "login">): Problem[] {
    const all = teams.flatMap(({ machines }, team) =>
        machines.map((machine, index) => ({ path: ["teams", team, "machines", index], ...machineConfig(machine) })),
    );
    const [first] = all;
    const who = all.map(({ clientId, subject }) => JSON.stringify([clientId, subject]));
    return [
        ...teams.flatMap(({ machines }, team) =>
            repeatedNames(
                `teams[${team}].machines`,
                machines.map(({ name }) => name),
            ).map((problem) => ({ ...problem, path: ["teams", team, "machines", ...problem.path] })),
        ),
        ...repeated(
            who,
            (earlier) =>
                `its tokens are those of ${all[earlier]?.name ?? ""} of another entry, so nobody could tell the two apart. Give it a ` +
                "client of its own at the provider.",
        ).map(({ path: [index], rule }) => {
            const { path = [], clientId } = all[Number(index)] ?? {};
            return { path: [...path, "clientId"], value: clientId, rule };
        }),
        ...all
            .filter(({ clientId }) => clientId === login?.clientId)
            .map(({ path, clientId }) => ({
                path: [...path, "clientId"],
                value: clientId,
                rule:
                    "it is login.clientId, through which people log in. Register a client for the machine alone, for the grant " +
                    "client_credentials.",
            })),
        ...(first !== undefined && login?.machineAudience === undefined
            ? [
                  {
                      path: ["login", "machineAudience"],
                      value: undefined,
                      rule:
                          `teams have machines (${first.name}), whose tokens must be for an audience that no other token is for. ` +
                          "Name the one that the provider has for Airflow's API, such as its address, or remove the machines.",
                  },
              ]
            : []),
    ];
}

/** A machine, and the pods of the cluster that it runs in. */
export interface ConfiguredMachine extends TeamMachine {
    /** Undefined for one outside, which comes through the entrance. */
    readonly from?: NonNullable<ParsedMachine["from"]>;
}

/** Most providers call a client the same when a token is about it. */
export function machineConfig({ name, clientId, subject = clientId, dags, from }: ParsedMachine): ConfiguredMachine {
    return { name, clientId, subject, dags, ...(from && { from }) };
}
