import type * as pulumi from "@pulumi/pulumi";

/** Who asks people who they are at the entrance: the provider that Airflow's own login has. */
export interface EntranceLogin {
    /** The provider's URL, exactly as in the `iss` claim of its tokens. */
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: pulumi.Input<string>;
    readonly scopes: readonly string[];
    /** The claim of the ID token with the person's groups: its name, or a path such as `realm_access.roles`. */
    readonly groupsClaim: string;
    /** Where the keys are that the provider's tokens are signed with. */
    readonly keysUrl: string;
    /** Where people log in and Envoy asks for tokens. Default to what the provider announces. */
    readonly authorizationUrl?: string | undefined;
    readonly tokenUrl?: string | undefined;
    /** The authority that signed the provider's certificate, in PEM. Defaults to the public ones. */
    readonly authorityPem?: string | undefined;
    /** Whom to ask for access, shown to people who have none. */
    readonly contact: string;
}

/** The Secret in the entrance's namespace with the client's secret, under the key that Envoy Gateway reads. */
export const clientSecret = { name: "entrance-login", key: "client-secret" } as const;

/** Claims that hold one text, where others hold a list. */
const singleClaims = ["email"];

/** What a UI is told of who it is that asks. Whatever a client sends under these names is gone by then. */
export const identityHeaders = { "x-auth-request-email": "email", "x-auth-request-user": "sub" } as const;

/** Where the login of a host name is, which its UI never sees. */
export const loginPaths = { callback: "/oauth2/callback", logout: "/oauth2/logout" } as const;

/** The spec of the SecurityPolicy of a UI that has no login of its own: who is not in one of the groups is refused. */
export function uiAccess(
    { name, hostname, port = "" }: { readonly name: string; readonly hostname: string; readonly port?: string },
    groups: readonly string[],
    login: EntranceLogin,
) {
    // Of this host alone. Without names of their own Envoy would make some up, and the token could not be found.
    const cookies = { idToken: `entrance-id-${name}`, accessToken: `entrance-access-${name}` };
    const provider = "login";
    return {
        targetRefs: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", name }],
        oidc: {
            provider: {
                issuer: login.issuer,
                ...(login.authorizationUrl === undefined ? {} : { authorizationEndpoint: login.authorizationUrl }),
                ...(login.tokenUrl === undefined ? {} : { tokenEndpoint: login.tokenUrl }),
            },
            clientID: login.clientId,
            clientSecret: { group: "", kind: "Secret", name: clientSecret.name },
            scopes: [...login.scopes],
            // As the stack says it, and never as a request does.
            redirectURL: `https://${hostname}${port}${loginPaths.callback}`,
            logoutPath: loginPaths.logout,
            cookieNames: cookies,
            cookieConfig: { sameSite: "Lax" },
            forwardAccessToken: false,
            // When the token ends the provider is asked again, so that the groups count anew.
            refreshToken: false,
            // What a page asks for in the background cannot be sent to the provider's own page.
            denyRedirect: { headers: [{ name: "sec-fetch-mode", type: "Exact", value: "cors" }] },
        },
        jwt: {
            providers: [
                {
                    name: provider,
                    issuer: login.issuer,
                    audiences: [login.clientId],
                    remoteJWKS: { uri: login.keysUrl },
                    // Not from a header or a query, by which somebody could have another's browser send one.
                    extractFrom: { cookies: [cookies.idToken] },
                    claimToHeaders: Object.entries(identityHeaders).map(([header, claim]) => ({ header, claim })),
                },
            ],
        },
        authorization: {
            defaultAction: "Deny",
            rules: [
                {
                    name: "groups",
                    action: "Allow",
                    principal: {
                        jwt: {
                            provider,
                            claims: [
                                {
                                    name: login.groupsClaim,
                                    valueType: singleClaims.includes(login.groupsClaim) ? "String" : "StringArray",
                                    values: [...groups],
                                },
                            ],
                        },
                    },
                },
            ],
        },
    };
}
