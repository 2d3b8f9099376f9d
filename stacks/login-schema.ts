import { z } from "zod";

import { airflowRoles, LoginProvider } from "../components/identity/login-settings.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const text = (example: string) =>
    z
        .string({ error: `it must be text. Write it as ${example}.` })
        .min(1, { error: `it must not be empty. Write it as ${example}.` });

const groups = z.array(text('"airflow-admins"'), {
    error: 'it must be a list of groups. Write it as ["airflow-admins"].',
});

const issuer = text('"https://login.example.com"').refine(isSafeIssuer, {
    error:
        "it must be the provider's https:// address without a query, as its tokens name it; http:// only for 127.0.0.1 " +
        "and localhost, because keys that come unprotected prove nothing. Correct it.",
});

/** The key `login` of a stack. */
export const loginSchema = z.strictObject(
    {
        provider: z
            .enum(LoginProvider, { error: `it must be ${Object.values(LoginProvider).join(" or ")}. Correct it.` })
            .default(LoginProvider.oidc),
        issuer,
        clientId: text('"airflow"'),
        clientSecret: text("a secret"),
        scopes: z
            .array(text('"openid"'), { error: 'it must be a list. Write it as ["openid", "email", "groups"].' })
            .refine((scopes) => scopes.includes("openid"), {
                error: 'it must have "openid", or the provider sends no ID token. Add it.',
            })
            .optional(),
        groupsClaim: text('"groups"').optional(),
        adminGroups: groups.min(1, {
            error: "it must have a group, or nobody can administer Airflow. Name the platform team's.",
        }),
        roles: z
            .partialRecord(z.enum(airflowRoles), groups, {
                error: `it must be a map from roles (${airflowRoles.join(", ")}) to groups. Write it as {Viewer: ["staff"]}.`,
            })
            .default({}),
        contact: text('"the platform team, #platform"'),
    },
    {
        error: (issue) =>
            issue.code === "invalid_type"
                ? "it must be a map. Write it as {issuer: …, clientId: …, clientSecret: {secure: …}, adminGroups: […], contact: …}."
                : undefined,
    },
);

export type ParsedLogin = z.infer<typeof loginSchema>;

/** Rules that look at more than one key. Takes a key within the section, its value, and the rule with the way out. */
export function checkedLogin(
    login: ParsedLogin,
    refuse: (path: (string | number)[], value: unknown, ruleAndWayOut: string) => void,
) {
    const seen = new Map(login.adminGroups.map((group) => [group, "adminGroups"]));
    for (const role of airflowRoles) {
        login.roles[role]?.forEach((group, index) => {
            const other = seen.get(group);
            if (other !== undefined) {
                const rule = `it is in ${other} already, and a group has one role. Remove it here or there.`;
                refuse(["roles", role, index], group, rule);
            }
            seen.set(group, `roles.${role}`);
        });
    }
    const { clientSecret, ...rules } = login;
    return { clientSecret, rules };
}

function isSafeIssuer(value: string): boolean {
    if (!URL.canParse(value)) {
        return false;
    }
    const { protocol, hostname, search, hash, username } = new URL(value);
    const here = ["127.0.0.1", "localhost"].includes(hostname);
    return (protocol === "https:" || (protocol === "http:" && here)) && search + hash + username === "";
}
