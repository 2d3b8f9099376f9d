import { type Problem } from "../../../components/problem.ts";
import { type TeamMachine } from "../../../components/teams/access/team-machine.ts";
import { type ParsedLogin, type ParsedMachine } from "./machine-rules.ts";

/** What every token is asked for anyway. */
const askedAnyhow = ["iss", "sub", "aud", "exp", "iat", "nbf", "nonce"];

/**
 * What the tokens of issuers that everybody shares must say, because `sub` is made of names: once a repository was deleted
 * or renamed, somebody else may have its name. An id is never given twice.
 */
const shared: Readonly<Record<string, { readonly id: string; readonly where: readonly string[] }>> = {
    "https://token.actions.githubusercontent.com": { id: "repository_id", where: ["ref", "environment"] },
    "https://gitlab.com": { id: "project_id", where: ["ref", "environment"] },
};

/** Rules about what proves that a caller is the machine. Paths are below its entry. */
export function proofProblems(parsed: ParsedMachine, machine: TeamMachine, login: ParsedLogin): Problem[] {
    return [
        ...(parsed.issuer === undefined ? clientProblems(parsed, login) : issuerProblems(parsed, login)),
        ...(parsed.subject === undefined && parsed.clientId === undefined && describes(parsed)
            ? problem(
                  "subject",
                  undefined,
                  "its tokens are known by it. Write it as their sub has it, such as " +
                      '"repo:acme/etl:ref:refs/heads/main".',
              )
            : []),
        ...Object.keys(parsed.claims ?? {})
            .filter((name) => askedAnyhow.includes(name))
            .map((name) => ({
                path: ["claims", name],
                value: parsed.claims?.[name],
                rule: "every token is asked for it anyhow. Remove it; sub is what subject names.",
            })),
        ...sharedProblems(parsed, machine),
    ];
}

function describes({ issuer, claims }: ParsedMachine): boolean {
    return issuer !== undefined || claims !== undefined;
}

function clientProblems({ clientId, claims }: ParsedMachine, login: ParsedLogin): Problem[] {
    if (clientId === undefined && claims === undefined) {
        return problem(
            "clientId",
            undefined,
            "the login's provider makes its tokens for a client. Name it, or an issuer of login.machineIssuers.",
        );
    }
    return clientId !== undefined && clientId === login?.clientId
        ? problem(
              "clientId",
              clientId,
              "it is login.clientId, through which people log in. Register a client for the machine alone, for the grant " +
                  "client_credentials.",
          )
        : [];
}

function issuerProblems({ issuer, clientId }: ParsedMachine, login: ParsedLogin): Problem[] {
    const names = (login?.machineIssuers ?? []).map(({ name }) => name);
    return [
        ...(names.includes(issuer ?? "")
            ? []
            : problem(
                  "issuer",
                  issuer,
                  `login.machineIssuers has no entry of that name${names.length > 0 ? `, but ${names.join(", ")}` : ""}. Add it ` +
                      "there, or leave the key out for the login's provider.",
              )),
        ...(clientId === undefined
            ? []
            : problem(
                  "clientId",
                  clientId,
                  "clients are the login's provider's. Remove it, and say in subject and claims whose the tokens are.",
              )),
    ];
}

function sharedProblems({ clientId, claims }: ParsedMachine, { issuer }: TeamMachine): Problem[] {
    const needed = shared[issuer];
    if (needed === undefined || clientId !== undefined) {
        return [];
    }
    const { id, where } = needed;
    return [
        ...(claims?.[id] === undefined
            ? problem(
                  ["claims", id],
                  undefined,
                  "whoever gets the name of a repository that is gone gets its sub too, and never its id. Name the id.",
              )
            : []),
        ...(where.some((name) => claims?.[name] !== undefined)
            ? []
            : problem(
                  "claims",
                  claims,
                  `any branch of the repository could be meant. Name ${where.join(" or ")}, as the token has it.`,
              )),
    ];
}

function problem(key: string | string[], value: unknown, rule: string): Problem[] {
    return [{ path: [key].flat(), value, rule }];
}
