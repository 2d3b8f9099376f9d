import assert from "node:assert/strict";

import { EntranceRoute } from "../../../../components/entrance/entrance-route.ts";
import { type EntranceLogin } from "../../../../components/entrance/uis/ui-access.ts";
import { denialPage } from "../../../../components/entrance/uis/denial-page.ts";
import { LoginAuthority } from "../../../../components/entrance/uis/login-authority.ts";
import { LoginSecret } from "../../../../components/entrance/uis/login-secret.ts";
import { underMocks } from "../../../support/mocks.ts";

const login: EntranceLogin = {
    issuer: "https://login.example.com",
    clientId: "airflow",
    clientSecret: "a secret",
    scopes: ["openid", "email", "groups"],
    groupsClaim: "groups",
    keysUrl: "https://login.example.com/keys",
    contact: "the platform team <platform@example.com>",
};

async function route(more: Partial<EntranceLogin> = {}) {
    const { registered } = await underMocks(
        [
            "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
            "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant",
            "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy",
            "kubernetes:gateway.envoyproxy.io/v1alpha1:SecurityPolicy",
        ],
        () =>
            new EntranceRoute("viz", {
                namespace: "entrance",
                host: {
                    name: "viz",
                    hostname: "viz.example.com",
                    port: ":8443",
                    backend: { namespace: "linkerd-viz", service: "web", port: 8084 },
                    access: { groups: ["platform-admins", "site-reliability"], login: { ...login, ...more } },
                },
            }),
    );
    return registered;
}

describe("a UI that has no login of its own", () => {
    it("is for members of its groups, and for nobody else who is logged in", async () => {
        const registered = await route();
        assert.deepEqual(registered.input("viz-access", "spec.targetRefs"), [
            { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "viz" },
        ]);
        assert.equal(registered.input("viz-access", "spec.authorization.defaultAction"), "Deny");
        assert.deepEqual(registered.input("viz-access", "spec.authorization.rules"), [
            {
                name: "groups",
                action: "Allow",
                principal: {
                    jwt: {
                        provider: "login",
                        claims: [
                            {
                                name: "groups",
                                valueType: "StringArray",
                                values: ["platform-admins", "site-reliability"],
                            },
                        ],
                    },
                },
            },
        ]);
    });

    it("takes a token of this client alone, from its own cookie, signed by the provider", async () => {
        const registered = await route();
        const at = (path: string) => registered.input("viz-access", `spec.jwt.providers.0.${path}`);
        assert.equal(at("issuer"), "https://login.example.com");
        assert.deepEqual(at("audiences"), ["airflow"]);
        assert.equal(at("remoteJWKS.uri"), "https://login.example.com/keys");
        assert.deepEqual(at("extractFrom"), { cookies: ["entrance-id-viz"] });
        assert.equal(registered.input("viz-access", "spec.oidc.cookieNames.idToken"), "entrance-id-viz");
        assert.equal(registered.input("viz-access", "spec.jwt.optional"), undefined);
    });

    it("never sees a token of the provider's", async () => {
        const registered = await route();
        assert.equal(registered.input("viz-access", "spec.oidc.forwardAccessToken"), false);
        assert.equal(registered.input("viz-access", "spec.oidc.forwardIDToken"), undefined);
        assert.deepEqual(registered.input("viz-route", "spec.rules.0.filters"), [
            { type: "RequestHeaderModifier", requestHeaderModifier: { remove: ["cookie", "authorization"] } },
        ]);
    });

    it("is told who asks by headers that the token alone fills", async () => {
        const registered = await route();
        assert.deepEqual(registered.input("viz-access", "spec.jwt.providers.0.claimToHeaders"), [
            { header: "x-auth-request-email", claim: "email" },
            { header: "x-auth-request-user", claim: "sub" },
        ]);
    });

    it("comes back from the provider to its own address, as the stack says it", async () => {
        const registered = await route();
        assert.equal(
            registered.input("viz-access", "spec.oidc.redirectURL"),
            "https://viz.example.com:8443/oauth2/callback",
        );
        assert.equal(registered.input("viz-access", "spec.oidc.refreshToken"), false);
    });

    it("says to who is refused whom to ask", async () => {
        const registered = await route();
        const at = (path: string) => registered.input("viz-rules", `spec.responseOverride.0.${path}`);
        assert.deepEqual(at("match.statusCodes"), [{ type: "Value", value: 403 }]);
        assert.equal(at("source"), "Local");
        assert.equal(
            at("response.body.inline"),
            denialPage("viz.example.com", ["platform-admins", "site-reliability"], login.contact),
        );
    });

    it("shows names as text, whatever is in them", () => {
        const page = denialPage("viz.example.com", ["a & b"], `<script>alert("x")</script>`);
        assert.match(page, /members of a &amp; b\./);
        assert.match(page, /Ask &lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt;/);
        assert.doesNotMatch(page, /<script/);
    });

    it("is held before it can be reached, and until it cannot be any more", async () => {
        const before = (await route()).everythingBefore("viz-route");
        for (const name of ["viz-access", "viz-rules", "viz-grant"]) {
            assert.ok(before.has(name), name);
        }
    });

    it("is for people by their addresses where the provider tells no groups", async () => {
        const registered = await route({ groupsClaim: "email" });
        assert.equal(
            registered.input("viz-access", "spec.authorization.rules.0.principal.jwt.claims.0.valueType"),
            "String",
        );
    });

    it("has the client's secret in a Secret, and nowhere else", async () => {
        const { registered } = await underMocks(
            ["kubernetes:core/v1:Secret"],
            () => new LoginSecret("login", { namespace: "entrance", clientSecret: "the secret" }),
        );
        assert.equal(registered.secret("login-client", "stringData.client-secret"), "the secret");
        const access = await route();
        assert.deepEqual(access.input("viz-access", "spec.oidc.clientSecret"), {
            group: "",
            kind: "Secret",
            name: "entrance-login",
        });
        assert.doesNotMatch(JSON.stringify(access.get("viz-access").inputs), /a secret/);
    });

    it("has the provider's authority in the file that Envoy reads authorities from", async () => {
        const { registered } = await underMocks(
            ["kubernetes:core/v1:ConfigMap"],
            () => new LoginAuthority("authority", { namespace: "entrance", pem: "an authority" }),
        );
        assert.deepEqual(registered.input("authority-file", "metadata"), {
            name: "entrance-login-authority",
            namespace: "entrance",
        });
        assert.deepEqual(registered.input("authority-file", "data"), { "ca-certificates.crt": "an authority" });
    });
});
