import { canary, type RefusedStack } from "./refused-stack.ts";

const login = {
    clientId: "airflow",
    clientSecret: canary,
    adminGroups: ["platform"],
    contact: "the platform team",
};

/** One login, encrypted, with what is wrong with it. */
const refused = (name: string, wrong: object, refusals: RefusedStack["refusals"]): RefusedStack => ({
    name,
    sections: () => ({ login: { issuer: "https://login.example.com", ...login, ...wrong } }),
    encrypted: ["login"],
    refusals,
});

/** Logins that would fail for everybody. */
export const loginRefusals: readonly RefusedStack[] = [
    refused(
        "an Entra login of no tenant",
        { provider: "entra", issuer: "https://login.microsoftonline.com/common/v2.0" },
        { "login.issuer": "Write it with the tenant's id" },
    ),
    refused("a Google login by another issuer", { provider: "google" }, { "login.issuer": "it must be Google's own" }),
    refused("a Cognito login without the pool's domain", { provider: "cognito" }, { "login.hosts": "Name it, as" }),
    refused(
        "a group of two roles",
        { roles: { Viewer: ["platform"] } },
        { "login.roles.Viewer[0]": "it is in adminGroups already" },
    ),
    refused(
        "a login with two proofs of the client",
        { clientKey: `-----BEGIN PRIVATE KEY-----${canary}` },
        { "login.clientKey": "Remove one." },
    ),
    refused(
        "a login that no provider takes",
        { provider: "okto", issuer: "http://login.example.com", scopes: ["email"], adminGroups: [] },
        {
            "login.provider": "it must be okta, keycloak",
            "login.issuer": "http:// only for 127.0.0.1",
            "login.scopes": 'it must have "openid"',
            "login.adminGroups": "Name the platform team's.",
        },
    ),
];
