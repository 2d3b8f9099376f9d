import { LoginProvider, presets } from "../../../components/identity/login-providers.ts";
import { vizNamespace } from "../../../components/mesh/names.ts";
import { type Problem } from "../../../components/problem.ts";
import { teamNamespace } from "../../../components/teams/team-names.ts";
import { noTeam } from "../../../components/task-labels.ts";
import { platformNamespaces } from "../calls/call-rules.ts";
import { type ParsedGateway } from "./entrance-schema.ts";
import { loginConfig } from "../login/login-rules.ts";
import { type ParsedConfig } from "../schema.ts";
import { UiKind } from "./ui-schema.ts";

type ParsedUi = ParsedGateway["uis"][number];

/** The name of Airflow's own host among the others. */
export const airflowHost = "airflow";

export function uiName(ui: ParsedUi): string {
    return ui.kind === UiKind.viz ? UiKind.viz : (ui.name ?? ui.service);
}

/** Two hosts of one name, and whatever else of the list alone cannot be. */
export function uiProblems({ uis }: ParsedGateway): Problem[] {
    return uis.flatMap((ui, index) => {
        const same = (key: "name" | "hostname") => {
            const of = (each: ParsedUi) => (key === "name" ? uiName(each) : each.hostname);
            const first = uis.findIndex((other) => of(other) === of(ui));
            return first === index ? [] : [{ path: ["uis", index, key], value: of(ui), rule: repeated(first, key) }];
        };
        return [
            ...same("name"),
            ...same("hostname"),
            ...(uiName(ui) === airflowHost
                ? [
                      {
                          path: ["uis", index, "name"],
                          value: airflowHost,
                          rule: "it is Airflow's own. Name it otherwise.",
                      },
                  ]
                : []),
            ...(ui.kind === UiKind.service ? placeProblems(ui.namespace, index) : []),
        ];
    });
}

function repeated(first: number, key: string): string {
    return `uis[${first}] has it already. Choose another ${key}.`;
}

/** Whoever writes what runs there could show people a page under the platform's name. */
function placeProblems(namespace: string, index: number): Problem[] {
    const path = ["uis", index, "namespace"];
    if (namespace === vizNamespace) {
        return [{ path, value: namespace, rule: "it is Linkerd's own. Write the entry as {kind: viz, …}." }];
    }
    if (platformNamespaces.includes(namespace)) {
        const rule = "it is the platform's own, which has no page there besides Airflow's. Remove the entry.";
        return [{ path, value: namespace, rule }];
    }
    return namespace.startsWith(teamNamespace("")) || namespace === teamNamespace(noTeam)
        ? [{ path, value: namespace, rule: "tasks run in it, and nothing calls a task's pod. Put the UI elsewhere." }]
        : [];
}

/** Rules between the UIs and the login that holds them. */
export function uiLoginProblems(gateway: ParsedGateway, { login, airflow }: ParsedConfig): Problem[] {
    const { uis } = gateway;
    if (uis.length === 0) {
        return [];
    }
    const own = uis.findIndex(({ hostname }) => hostname === (airflow.hostname ?? airflowHostOf(airflow.url)));
    const ofHost: Problem[] =
        own < 0
            ? []
            : [
                  {
                      path: ["entrance", "uis", own, "hostname"],
                      value: uis[own]?.hostname,
                      rule: "it is Airflow's own. Give the UI a name of its own.",
                  },
              ];
    if (login === undefined) {
        const rule = "people must log in to come there, and this stack has no login. Set login, or remove uis.";
        return [...ofHost, { path: ["entrance", "uis"], value: uis, rule }];
    }
    const problem = (path: string[], value: unknown, rule: string): Problem[] => [{ path, value, rule }];
    return [
        ...ofHost,
        ...(login.clientSecret === undefined
            ? problem(
                  ["login", "clientSecret"],
                  undefined,
                  "Envoy proves itself to the provider by a secret alone, for entrance.uis. Give clientSecret in the place of " +
                      "clientKey, or remove uis.",
              )
            : []),
        ...(login.issuer.startsWith("https://")
            ? []
            : problem(
                  ["login", "issuer"],
                  login.issuer,
                  "Envoy asks only https:// for entrance.uis. Correct it, or remove uis.",
              )),
        ...(login.groupsSeparator === undefined
            ? []
            : problem(
                  ["login", "groupsSeparator"],
                  login.groupsSeparator,
                  "Envoy compares a claim as it is, for entrance.uis. Have the provider send a list, or remove uis.",
              )),
        ...(keysUrl(gateway, login) === undefined
            ? problem(
                  ["entrance", "keysUrl"],
                  undefined,
                  'it is not known for this provider. Write it as jwks_uri of "<issuer>/.well-known/openid-configuration" has it.',
              )
            : []),
        ...(login.authorityFile === undefined ? [] : discoveryProblems(gateway)),
    ];
}

/** Envoy believes the stack's authority, and Envoy Gateway, which would ask the provider where its endpoints are, does not. */
function discoveryProblems(gateway: ParsedGateway): Problem[] {
    const announced = { authorizationUrl: "authorization_endpoint", tokenUrl: "token_endpoint" } as const;
    return (["authorizationUrl", "tokenUrl"] as const)
        .filter((key) => gateway[key] === undefined)
        .map((key) => ({
            path: ["entrance", key],
            value: undefined,
            rule:
                "Envoy Gateway asks the provider for it and believes public authorities alone, and login.authorityFile names " +
                `another. Write it as ${announced[key]} of "<issuer>/.well-known/openid-configuration" has it.`,
        }));
}

function airflowHostOf(url: string | undefined): string | undefined {
    return url === undefined ? undefined : new URL(url).hostname;
}

type ParsedLogin = NonNullable<ParsedConfig["login"]>;

/** By provider, below the issuer unless it is an address: from each provider's own documentation. */
const keysAt: Readonly<Partial<Record<LoginProvider, string>>> = {
    [LoginProvider.keycloak]: "protocol/openid-connect/certs",
    [LoginProvider.google]: "https://www.googleapis.com/oauth2/v3/certs",
    [LoginProvider.cognito]: ".well-known/jwks.json",
    [LoginProvider.gitlab]: "oauth/discovery/keys",
    [LoginProvider.auth0]: ".well-known/jwks.json",
};

function keysUrl({ keysUrl: said }: ParsedGateway, { provider, issuer }: ParsedLogin): string | undefined {
    const known = keysAt[provider];
    return said ?? (known && new URL(known, `${issuer.replace(/\/+$/, "")}/`).href);
}

/** Who holds the UIs. Undefined where there are none. */
export function uiLogin(gateway: ParsedGateway, login: ParsedConfig["login"]) {
    const checked = gateway.uis.length === 0 ? undefined : loginConfig(login);
    if (login === undefined || checked === undefined || !("secret" in checked.client)) {
        return undefined;
    }
    const preset = presets[login.provider];
    // At userinfo GitLab has all groups, and in the token those that somebody is a direct member of.
    const claimed = login.provider === LoginProvider.gitlab ? "groups_direct" : preset.groupsClaim;
    return {
        issuer: login.issuer,
        clientId: login.clientId,
        clientSecret: checked.client.secret,
        scopes: login.scopes ?? preset.scopes,
        groupsClaim: login.groupsClaim ?? claimed,
        keysUrl: keysUrl(gateway, login) ?? "",
        authorizationUrl: gateway.authorizationUrl,
        tokenUrl: gateway.tokenUrl,
        authorityPem: checked.rules.authorityPem,
        contact: login.contact,
    };
}
