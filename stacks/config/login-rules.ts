import * as pulumi from "@pulumi/pulumi";

import { airflowRoles, type LoginRules } from "../../components/identity/login-settings.ts";
import { type Problem } from "../../components/problem.ts";
import { repeatedGroups } from "./repetition-rules.ts";
import { type ParsedConfig } from "./schema.ts";

/** Refuses a group that has two roles. */
export function loginProblems(login: ParsedConfig["login"]): Problem[] {
    return repeatedGroups(
        [
            { path: ["adminGroups"], groups: login?.adminGroups ?? [] },
            ...airflowRoles.map((role) => ({ path: ["roles", role], groups: login?.roles[role] ?? [] })),
        ],
        (other) => `it is in ${other} already, and a group has one role. Remove it here or there.`,
    );
}

/** How people log in. */
export interface LoginConfig {
    readonly rules: LoginRules;
    readonly clientSecret: pulumi.Output<string>;
}

export function loginConfig(login: ParsedConfig["login"]): LoginConfig | undefined {
    if (login === undefined) {
        return undefined;
    }
    const { clientSecret, ...rules } = login;
    return { rules, clientSecret: pulumi.secret(clientSecret) };
}
