import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { type LoginClient } from "../../components/identity/login.ts";
import { LoginProvider } from "../../components/identity/login-providers.ts";
import { airflowRoles, type LoginRules } from "../../components/identity/login-settings.ts";
import { below, type Problem } from "../../components/problem.ts";
import { authorityProblem } from "./authority-file.ts";
import { repeatedGroups } from "./repetition-rules.ts";
import { type ParsedConfig } from "./schema.ts";

export function loginProblems(login: ParsedConfig["login"]): Problem[] {
    return login === undefined
        ? []
        : [
              ...clientProblems(login),
              ...below(
                  ["authorityFile"],
                  login.authorityFile === undefined ? undefined : authorityProblem(login.authorityFile),
              ),
              ...providerProblems(login),
              ...groupProblems(login),
          ];
}

type ParsedLogin = NonNullable<ParsedConfig["login"]>;

function clientProblems({ clientSecret, clientKey, clientId, machineAudience }: ParsedLogin): Problem[] {
    if (machineAudience === clientId) {
        const rule =
            "it is clientId too, so every ID token of a person would be for machines. Name an audience of their own, such as " +
            "Airflow's address.";
        return [{ path: ["machineAudience"], value: machineAudience, rule }];
    }
    if (clientSecret !== undefined && clientKey !== undefined) {
        const rule = "there is a clientSecret as well, and Airflow proves itself with one of them. Remove one.";
        return [{ path: ["clientKey"], value: clientKey, rule }];
    }
    return [];
}

/** What would fail at each login, by what is known of the kind of provider. */
function providerProblems({ provider, issuer, hosts }: ParsedLogin): Problem[] {
    const problem = (key: keyof ParsedLogin, value: unknown, rule: string): Problem[] => [{ path: [key], value, rule }];
    if (provider === LoginProvider.entra && /\/(common|organizations|consumers)(\/|$)/.test(issuer)) {
        return problem(
            "issuer",
            issuer,
            "it is no tenant's: tokens name the tenant, and everybody of Microsoft's could ask to log in. Write it with " +
                "the tenant's id, as https://login.microsoftonline.com/<tenant id>/v2.0.",
        );
    }
    if (provider === LoginProvider.google && issuer !== googleIssuer) {
        return problem("issuer", issuer, `it must be Google's own. Write it as ${googleIssuer}.`);
    }
    if (provider === LoginProvider.cognito && (hosts ?? []).length === 0) {
        return problem(
            "hosts",
            hosts,
            "Cognito's tokens come from the user pool's domain and not from the issuer. Name it, as " +
                '["example.auth.eu-central-1.amazoncognito.com"].',
        );
    }
    return [];
}

const googleIssuer = "https://accounts.google.com";

/** Refuses a group that has two roles. */
function groupProblems(login: ParsedLogin): Problem[] {
    return repeatedGroups(
        [
            { path: ["adminGroups"], groups: login.adminGroups },
            ...airflowRoles.map((role) => ({ path: ["roles", role], groups: login.roles[role] ?? [] })),
        ],
        (other) => `it is in ${other} already, and a group has one role. Remove it here or there.`,
    );
}

/** How people log in. */
export interface LoginConfig {
    readonly rules: LoginRules;
    readonly client: LoginClient;
}

export function loginConfig(login: ParsedConfig["login"]): LoginConfig | undefined {
    if (login === undefined) {
        return undefined;
    }
    const { clientSecret, clientKey, authorityFile, ...rules } = login;
    const authorityPem = authorityFile === undefined ? undefined : readFileSync(authorityFile, "utf8");
    return { rules: { ...rules, authorityPem }, client: loginClient(clientSecret, clientKey) };
}

/** Exactly one of them is there: a rule above. */
function loginClient(secret = "", privateKey?: string): LoginClient {
    return privateKey === undefined ? { secret: pulumi.secret(secret) } : { privateKey: pulumi.secret(privateKey) };
}
