/** Kinds of identity provider. They differ in what OpenID Connect leaves open, such as the claim with the groups. */
export const LoginProvider = {
    okta: "okta",
    keycloak: "keycloak",
    /** Microsoft Entra ID, with one tenant's issuer. */
    entra: "entra",
    /** Google Workspace and Cloud Identity. It tells no groups, so people are named by their addresses. */
    google: "google",
    /** A user pool of Amazon Cognito. */
    cognito: "cognito",
    gitlab: "gitlab",
    auth0: "auth0",
    /** Any provider that has a discovery document and tells groups. */
    oidc: "oidc",
} as const;
export type LoginProvider = (typeof LoginProvider)[keyof typeof LoginProvider];

export interface ProviderPreset {
    readonly scopes: readonly string[];
    /** Scopes that are asked for where discovery announces them, because others refuse a login for an unknown one. */
    readonly announcedScopes: readonly string[];
    readonly groupsClaim: string;
    /** Hosts that Airflow calls besides the issuer's. */
    readonly hosts: readonly string[];
    readonly logout: {
        /** The provider's name for the address to come back to. */
        readonly parameter: string;
        /** Where to log out at a provider that announces no such address, below the issuer. */
        readonly path: string | null;
    };
}

const usual: ProviderPreset = {
    scopes: ["openid", "email", "profile"],
    announcedScopes: [],
    groupsClaim: "groups",
    hosts: [],
    // OpenID Connect RP-Initiated Logout 1.0.
    logout: { parameter: "post_logout_redirect_uri", path: null },
};

/** From each provider's own documentation. docs/login.md has what must be set there. */
export const presets: Readonly<Record<LoginProvider, ProviderPreset>> = {
    // The organisation's authorization server has the scope and does not list it.
    okta: { ...usual, scopes: [...usual.scopes, "groups"] },
    keycloak: usual,
    // App roles are names, and are never left out of a token as groups are that are too many.
    entra: { ...usual, groupsClaim: "roles", hosts: ["graph.microsoft.com"] },
    google: {
        ...usual,
        groupsClaim: "email",
        hosts: ["oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"],
    },
    cognito: { ...usual, groupsClaim: "cognito:groups", logout: { parameter: "logout_uri", path: null } },
    // The groups are at userinfo alone; the ID token has only those that somebody is a direct member of.
    gitlab: usual,
    // Claims named groups or roles are Auth0's own: it drops an Action's silently, unless the name is a URL.
    auth0: { ...usual, groupsClaim: "https://airflow/groups", logout: { parameter: "returnTo", path: "v2/logout" } },
    oidc: { ...usual, announcedScopes: ["groups"] },
};
