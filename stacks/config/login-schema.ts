import { z } from "zod";

import { type AirflowRole, LoginProvider } from "../../components/identity/login-settings.ts";
import { section, text } from "./section.ts";
import { isSafeAddress } from "./safe-address.ts";

const groups = z.array(text('"airflow-admins"'), {
    error: 'it must be a list of groups. Write it as ["airflow-admins"].',
});

const issuer = text('"https://login.example.com"').refine(isSafeAddress, {
    error:
        "it must be the provider's https:// address without a query, as its tokens name it; http:// only for 127.0.0.1 " +
        "and localhost, because keys that come unprotected prove nothing. Correct it.",
});

/** The key `login` of a stack. */
export const loginSchema = section(
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
    },
    "{issuer: …, clientId: …, clientSecret: {secure: …}, adminGroups: […], contact: …}",
);
