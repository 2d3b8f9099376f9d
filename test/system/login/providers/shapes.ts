import { type LoginRules } from "../../../../components/identity/login-settings.ts";
import { type FakeProviderArgs } from "./fake-provider.ts";

type Claims = Readonly<Record<string, unknown>>;

/** One kind of provider as it is: what its tokens look like, and what of it the stack must be told. */
export interface Shape {
    readonly provider: LoginRules["provider"];
    readonly fake: Omit<FakeProviderArgs, "redirectUri" | "client">;
    readonly rules?: Partial<LoginRules>;
    /** The claims of somebody in these groups. */
    readonly member: (groups: readonly string[]) => { readonly idToken: Claims; readonly userinfo?: Claims };
    /** Where groups are, in a form that nobody reads. */
    readonly unreadable: { readonly idToken: Claims; readonly userinfo?: Claims };
    /** Groups' names as this kind of provider has them. Defaults to plain names. */
    readonly group?: (name: string) => string;
}

const inIdToken = (claim: string): Pick<Shape, "member" | "unreadable"> => ({
    member: (groups) => ({ idToken: { [claim]: groups } }),
    unreadable: { idToken: { [claim]: 42 } },
});

export const shapes: readonly Shape[] = [
    {
        // The ID token has groups; name and address are at userinfo, because there is an access token for it.
        provider: "okta",
        fake: { claims: ["groups"], scopes: ["openid", "email", "profile", "groups"] },
        ...inIdToken("groups"),
    },
    {
        // Realm roles, once a mapper puts them into the ID token.
        provider: "keycloak",
        rules: { groupsClaim: "realm_access.roles" },
        fake: { claims: ["realm_access"], path: "/realms/staff", algorithm: "ES256" },
        member: (groups) => ({ idToken: { realm_access: { roles: groups } } }),
        unreadable: { idToken: { realm_access: { roles: 42 } } },
    },
    {
        provider: "entra",
        fake: {
            claims: ["roles", "groups", "hasgroups"],
            path: "/0b1c2d3e-0000-4000-8000-000000000000/v2.0",
            clientAuthentication: "client_secret_post",
        },
        ...inIdToken("roles"),
    },
    {
        // It has no groups: addresses take their place.
        provider: "google",
        fake: { claims: ["hd"], logsOut: false },
        group: (name) => `${name}@example.com`,
        member: ([email]) => ({ idToken: { email, email_verified: true, hd: "example.com" } }),
        unreadable: { idToken: { email: 42, email_verified: true } },
    },
    {
        provider: "cognito",
        fake: { claims: ["cognito:groups"], path: "/eu-central-1_example" },
        ...inIdToken("cognito:groups"),
    },
    {
        // Groups with their path, at userinfo alone.
        provider: "gitlab",
        fake: { claims: ["groups", "groups_direct"] },
        group: (name) => `acme/${name}`,
        member: (groups) => ({ idToken: { groups_direct: [] }, userinfo: { groups } }),
        unreadable: { idToken: {}, userinfo: { groups: 42 } },
    },
    {
        // A claim whose name is a URL; the discovery document announces both ways to prove a client, and one works.
        provider: "auth0",
        fake: {
            claims: ["https://airflow/groups"],
            path: "/",
            clientAuthentication: "client_secret_post",
            announcedAuthentication: ["client_secret_basic", "client_secret_post"],
            algorithm: "PS256",
        },
        ...inIdToken("https://airflow/groups"),
    },
    {
        // As Zitadel has it: a map by group, under a name with colons, and a client that signs for itself.
        provider: "oidc",
        rules: { groupsClaim: "urn:zitadel:iam:org:project:roles" },
        fake: {
            claims: ["urn:zitadel:iam:org:project:roles"],
            algorithm: "EdDSA",
            clientAuthentication: "private_key_jwt",
        },
        member: (groups) => ({
            idToken: {
                "urn:zitadel:iam:org:project:roles": Object.fromEntries(
                    groups.map((group) => [group, { "215": "acme.example.com" }]),
                ),
            },
        }),
        unreadable: { idToken: { "urn:zitadel:iam:org:project:roles": 42 } },
    },
];
