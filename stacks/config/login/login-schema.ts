import { z } from "zod";

import { LoginProvider } from "../../../components/identity/login-providers.ts";
import { type AirflowRole } from "../../../components/identity/login-settings.ts";
import { machineIssuer } from "./machine-schema.ts";
import { choice, dnsName, list, section, text, wholeNumber } from "../section.ts";
import { isSafeAddress } from "../safe-address.ts";

const groups = z.array(text('"airflow-admins"'), {
    error: 'it must be a list of groups. Write it as ["airflow-admins"].',
});

const issuer = text('"https://login.example.com"').refine(isSafeAddress, {
    error:
        "it must be the provider's https:// address without a query, as its tokens name it; http:// only for 127.0.0.1 " +
        "and localhost, because keys that come unprotected prove nothing. Correct it.",
});

const isMoment = (text: string): boolean =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) && !Number.isNaN(Date.parse(text));

/** The key `login` of a stack. */
export const loginSchema = section(
    {
        provider: choice(LoginProvider).default(LoginProvider.oidc),
        issuer,
        clientId: text('"airflow"'),
        // One of the two.
        clientSecret: text("a secret").optional(),
        clientKey: text("a secret")
            .includes("PRIVATE KEY-----", {
                error: "it must be a private key in PEM, as openssl genpkey writes it. Correct it.",
            })
            .optional(),
        scopes: z
            .array(text('"openid"'), { error: 'it must be a list. Write it as ["openid", "email", "groups"].' })
            .refine((scopes) => scopes.includes("openid"), {
                error: 'it must have "openid", or the provider sends no ID token. Add it.',
            })
            .optional(),
        authorityFile: text('"certificates/login.pem"').optional(),
        groupsClaim: text('"groups"').optional(),
        groupsSeparator: text('","').optional(),
        hosts: list(dnsName('"login-tokens.example.com"'), '["login-tokens.example.com"]').optional(),
        sessionIdleMinutes: wholeNumber(5, " of minutes").default(120),
        sessionMaxHours: wholeNumber(1, " of hours").default(12),
        adminGroups: groups.min(1, {
            error: "it must have a group, or nobody can administer Airflow. Name the platform team's.",
        }),
        roles: section(
            {
                Admin: groups.optional(),
                Op: groups.optional(),
                User: groups.optional(),
                Viewer: groups.optional(),
            } satisfies Record<AirflowRole, z.ZodType>,
            '{Viewer: ["staff"]}',
        ).default({}),
        contact: text('"the platform team, #platform"'),
        breakGlass: section(
            {
                until: text('"2026-11-26T12:00:00Z"').refine(isMoment, {
                    error: 'it must be a moment in UTC. Write it as "2026-11-26T12:00:00Z".',
                }),
                reason: text('"the provider is down, ticket 4711"'),
            },
            '{until: "2026-11-26T12:00:00Z", reason: …}',
        ).optional(),
        kubectl: section({ clientId: text('"kubectl"') }, '{clientId: "kubectl"}').optional(),
        machineAudience: text('"https://airflow.example.com"').optional(),
        machineIssuers: list(
            machineIssuer,
            '[{name: github, issuer: "https://token.actions.githubusercontent.com"}]',
        ).optional(),
    },
    "{issuer: …, clientId: …, clientSecret: {secure: …}, adminGroups: […], contact: …}",
).refine(({ clientSecret, clientKey }) => clientSecret !== undefined || clientKey !== undefined, {
    path: ["clientSecret"],
    error:
        "Airflow proves with it that it is the client. Write the secret that the provider issued, as {secure: …}, or give a " +
        "clientKey.",
    // Beside other problems too.
    when: ({ value }) => typeof value === "object" && value !== null,
});
