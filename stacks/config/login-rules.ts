import * as pulumi from "@pulumi/pulumi";

import { airflowRoles, type LoginRules } from "../../components/identity/login-settings.ts";
import { type Problem } from "../../components/problem.ts";
import { type ParsedConfig } from "./schema.ts";

/** Refuses a group that has two roles. */
export function loginProblems(login: ParsedConfig["login"]): Problem[] {
    const roleOf = new Map(login?.adminGroups.map((group) => [group, "adminGroups"]));
    return airflowRoles.flatMap((role) =>
        (login?.roles[role] ?? []).flatMap((group, index) => {
            const other = roleOf.get(group);
            roleOf.set(group, `roles.${role}`);
            return other === undefined
                ? []
                : [
                      {
                          path: ["roles", role, index],
                          value: group,
                          rule: `it is in ${other} already, and a group has one role. Remove it here or there.`,
                      },
                  ];
        }),
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
