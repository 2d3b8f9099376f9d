import * as pulumi from "@pulumi/pulumi";

import { airflowRoles, type LoginRules } from "../../components/identity/login-settings.ts";
import { type Refuse } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";

/** How people log in. */
export interface CheckedLogin {
    readonly rules: LoginRules;
    readonly clientSecret: pulumi.Output<string>;
}

export function checkedLogin(login: ParsedConfig["login"], refuse: Refuse): CheckedLogin | undefined {
    if (login === undefined) {
        return undefined;
    }
    const seen = new Map(login.adminGroups.map((group) => [group, "adminGroups"]));
    for (const role of airflowRoles) {
        login.roles[role]?.forEach((group, index) => {
            const other = seen.get(group);
            if (other !== undefined) {
                refuse(
                    ["roles", role, index],
                    group,
                    `it is in ${other} already, and a group has one role. Remove it here or there.`,
                );
            }
            seen.set(group, `roles.${role}`);
        });
    }
    const { clientSecret, ...rules } = login;
    return { rules, clientSecret: pulumi.secret(clientSecret) };
}
