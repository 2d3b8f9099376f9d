import { type MachineIssuer } from "../../../components/identity/login-settings.ts";
import { type Problem } from "../../../components/problem.ts";
import { repeated, repeatedNames } from "../repetition-rules.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedLogin = NonNullable<ParsedConfig["login"]>;

/** Rules about who vouches for machines besides the provider. Paths are below `login`. */
export function machineIssuerProblems(login: ParsedLogin): Problem[] {
    const issuers = login.machineIssuers ?? [];
    const below = (problem: Problem, key?: string): Problem => ({
        ...problem,
        path: ["machineIssuers", ...problem.path, ...(key === undefined ? [] : [key])],
    });
    return [
        ...repeatedNames(
            "login.machineIssuers",
            issuers.map(({ name }) => name),
        ).map((problem) => below(problem)),
        ...repeated(
            issuers.map(({ issuer }) => issuer),
            (first) => `login.machineIssuers[${first}] is it already. Name that one in both places, and remove this.`,
        ).map((problem) => below(problem, "issuer")),
        ...issuers.flatMap(({ issuer, audience = login.machineAudience }, index) => [
            ...(issuer === login.issuer
                ? [
                      below({
                          path: [index, "issuer"],
                          value: issuer,
                          rule: "it is login.issuer, which machines mean that name none. Remove the entry, and issuer in those machines.",
                      }),
                  ]
                : []),
            ...(audience === undefined
                ? [
                      below({
                          path: [index, "audience"],
                          value: audience,
                          rule: "its tokens must be for an audience that no other token is for. Name one, or login.machineAudience for all.",
                      }),
                  ]
                : []),
            ...(audience !== undefined && audience === login.clientId && login.machineAudience !== audience
                ? [
                      below({
                          path: [index, "audience"],
                          value: audience,
                          rule: "it is login.clientId, for which people's tokens are. Name another, such as Airflow's address.",
                      }),
                  ]
                : []),
        ]),
    ];
}

/** Each with its audience, which a rule above proved to be there. */
export function machineIssuers({ machineIssuers: parsed, machineAudience }: ParsedLogin): MachineIssuer[] | undefined {
    return parsed?.map(({ audience = machineAudience ?? "", ...each }) => ({ ...each, audience }));
}
