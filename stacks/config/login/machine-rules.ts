import { type Problem } from "../../../components/problem.ts";
import { type TeamMachine } from "../../../components/teams/access/team-machine.ts";
import { repeatedNames } from "../repetition-rules.ts";
import { type ParsedConfig } from "../schema.ts";
import { proofProblems } from "./machine-proof-rules.ts";

export type ParsedMachine = ParsedConfig["teams"][number]["machines"][number];
export type ParsedLogin = ParsedConfig["login"];

/** Rules about the machines of all teams, and of whoever vouches for them. */
export function machineProblems({ teams, login }: Pick<ParsedConfig, "teams" | "login">): Problem[] {
    const all = teams.flatMap(({ machines }, team) =>
        machines.map((parsed, index) => ({
            parsed,
            path: ["teams", team, "machines", index],
            machine: machineConfig(parsed, login),
        })),
    );
    const [first] = all.filter(({ parsed }) => parsed.issuer === undefined);
    return [
        ...teams.flatMap(({ machines }, team) =>
            repeatedNames(
                `teams[${team}].machines`,
                machines.map(({ name }) => name),
            ).map((problem) => ({ ...problem, path: ["teams", team, "machines", ...problem.path] })),
        ),
        ...all.flatMap(({ path, parsed, machine }, index) => {
            const other = all.slice(0, index).find((earlier) => !areTold(earlier.machine, machine));
            return [
                ...proofProblems(parsed, machine, login).map((problem) => ({
                    ...problem,
                    path: [...path, ...problem.path],
                })),
                ...(other === undefined ? [] : [confused(path, machine, other.machine)]),
            ];
        }),
        ...(first !== undefined && login?.machineAudience === undefined
            ? [
                  {
                      path: ["login", "machineAudience"],
                      value: undefined,
                      rule:
                          `teams have machines (${first.parsed.name}), whose tokens must be for an audience that no other token is for. ` +
                          "Name the one that the provider has for Airflow's API, such as its address, or remove the machines.",
                  },
              ]
            : []),
    ];
}

/** Whether no token can be of both. */
function areTold(one: TeamMachine, other: TeamMachine): boolean {
    const [claims, others] = [one.claims ?? {}, other.claims ?? {}];
    return (
        one.issuer !== other.issuer ||
        one.subject !== other.subject ||
        (one.clientId !== undefined && other.clientId !== undefined && one.clientId !== other.clientId) ||
        Object.entries(claims).some(([name, value]) => others[name] !== undefined && others[name] !== value)
    );
}

function confused(path: Problem["path"], { clientId, subject }: TeamMachine, other: TeamMachine): Problem {
    const tokens = `its tokens are those of ${other.name} of another entry, so nobody could tell the two apart.`;
    return clientId === undefined
        ? { path: [...path, "subject"], value: subject, rule: `${tokens} Give both a claim in which they differ.` }
        : {
              path: [...path, "clientId"],
              value: clientId,
              rule: `${tokens} Give it a client of its own at the provider.`,
          };
}

/** A machine, and the pods of the cluster that it runs in. */
export interface ConfiguredMachine extends TeamMachine {
    /** Undefined for one outside, which comes through the entrance. */
    readonly from?: NonNullable<ParsedMachine["from"]>;
}

/** Most providers call a client the same when a token is about it. */
export function machineConfig(
    { name, issuer, clientId, subject = clientId ?? "", claims, dags, from }: ParsedMachine,
    login: ParsedLogin,
): ConfiguredMachine {
    const named = login?.machineIssuers?.find((each) => each.name === issuer);
    return {
        name,
        issuer: (issuer === undefined ? login?.issuer : named?.issuer) ?? "",
        subject,
        ...(clientId !== undefined && { clientId }),
        ...(claims && { claims }),
        dags,
        ...(from && { from }),
    };
}
