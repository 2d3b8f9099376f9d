import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { type BreakGlassRules } from "../../../components/identity/break-glass.ts";
import { type LoginClient } from "../../../components/identity/login.ts";
import { isReason } from "../../../components/identity/roles/policy-problems.ts";
import { LoginProvider } from "../../../components/identity/login-providers.ts";
import { airflowRoles, type LoginRules } from "../../../components/identity/login-settings.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { authorityProblem } from "./authority-file.ts";
import { machineIssuerProblems, machineIssuers } from "./machine-issuer-rules.ts";
import { repeatedGroups } from "../repetition-rules.ts";
import { type ParsedConfig } from "../schema.ts";

export function loginProblems(login: ParsedConfig["login"]): Problem[] {
    return login === undefined
        ? []
        : [
              ...clientProblems(login),
              ...below(
                  ["authorityFile"],
                  login.authorityFile === undefined ? undefined : authorityProblem(login.authorityFile),
              ),
              ...breakGlassProblems(login),
              ...providerProblems(login),
              ...groupProblems(login),
              ...machineIssuerProblems(login),
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

/** How long anybody may leave it open, so that nobody forgets it. */
const longestOpenHours = 24;

function breakGlassProblems({ breakGlass }: ParsedLogin, now = Date.now()): Problem[] {
    if (breakGlass === undefined) {
        return [];
    }
    const hours = (Date.parse(breakGlass.until) - now) / 3_600_000;
    const problem = (key: keyof typeof breakGlass, rule: string): Problem[] => [
        { path: ["breakGlass", key], value: breakGlass[key], rule },
    ];
    return [
        ...(hours <= 0
            ? problem("until", "it is past, so nobody comes in by it any more. Remove breakGlass.")
            : hours > longestOpenHours
              ? problem(
                    "until",
                    `it is more than ${longestOpenHours} hours ahead. Name an earlier moment, and deploy again then.`,
                )
              : []),
        ...(isReason(breakGlass.reason)
            ? []
            : problem(
                  "reason",
                  "whoever administers the cluster administers Airflow then: it must say why. Write a sentence.",
              )),
    ];
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
    /** The way in while the provider is down. Undefined where there is none. */
    readonly breakGlass?: BreakGlassRules;
    /** The client through which people get tokens for kubectl. Undefined where they get none. */
    readonly kubectl?: { readonly clientId: string };
}

export function loginConfig(login: ParsedConfig["login"]): LoginConfig | undefined {
    if (login === undefined) {
        return undefined;
    }
    const { clientSecret, clientKey, authorityFile, kubectl, breakGlass, machineIssuers: _, ...rules } = login;
    const issuers = machineIssuers(login);
    return {
        rules: {
            ...rules,
            ...(issuers && { machineIssuers: issuers }),
            ...(authorityFile !== undefined && { authorityPem: readFileSync(authorityFile, "utf8") }),
        },
        client: loginClient(clientSecret, clientKey),
        ...(kubectl && { kubectl }),
        ...(breakGlass && { breakGlass }),
    };
}

/** Exactly one of them is there: a rule above. */
function loginClient(secret = "", privateKey?: string): LoginClient {
    return privateKey === undefined ? { secret: pulumi.secret(secret) } : { privateKey: pulumi.secret(privateKey) };
}
