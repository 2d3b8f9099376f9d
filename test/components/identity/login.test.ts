import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Login } from "../../../components/identity/login.ts";
import { type LoginRules, LoginProvider, loginSettings } from "../../../components/identity/login-settings.ts";
import { loginValues } from "../../../components/identity/login-values.ts";
import { underMocks } from "../../support/mocks.ts";

const rules: LoginRules = {
    provider: LoginProvider.oidc,
    issuer: "https://login.example.com",
    clientId: "airflow",
    adminGroups: ["platform-admins"],
    roles: { Viewer: ["staff"], User: ["authors"] },
    contact: "the platform team",
};

const types = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"];

const create = () => new Login("login", { namespace: "airflow", rules, clientSecret: "s3cret" });

describe("Login", () => {
    it("keeps the client's secret secret, and out of the settings and of the chart's values", async () => {
        const { made, registered } = await underMocks(types, create);
        assert.equal(registered.secret("login-client", "stringData.client-secret"), "s3cret");
        assert.doesNotMatch(JSON.stringify(registered.get("login-settings").inputs), /s3cret/);
        assert.doesNotMatch(JSON.stringify(made.chartValues), /s3cret/);
    });

    it("puts both objects where the API server finds them, under itself", async () => {
        const { made, registered } = await underMocks(types, create);
        const { extraVolumes } = made.chartValues.apiServer as { extraVolumes: unknown };
        assert.deepEqual(extraVolumes, [
            { name: "login-settings", configMap: { name: registered.input("login-settings", "metadata.name") } },
            { name: "login-client", secret: { secretName: registered.input("login-client", "metadata.name") } },
        ]);
        for (const child of ["login-settings", "login-client"]) {
            assert.equal(registered.input(child, "metadata.namespace"), "airflow");
            assert.equal(registered.parentOf(child), "login");
        }
    });

    it("tells no component but the API server", () => {
        assert.deepEqual(Object.keys(loginValues("{}")), ["apiServer", "config"]);
    });

    it("restarts the API server when the settings change, and only then", () => {
        const annotations = (settings: string) =>
            (loginValues(settings).apiServer as { podAnnotations: Record<string, string> }).podAnnotations;
        assert.deepEqual(annotations("{}"), annotations("{}"));
        assert.notDeepEqual(annotations("{}"), annotations('{"contact":"us"}'));
    });

    it("hands over a file that Helm's templates leave as it is", () => {
        const { apiServerConfig } = loginValues("{}").apiServer as { apiServerConfig: string };
        assert.equal(apiServerConfig, readFileSync("components/identity/webserver_config.py", "utf8"));
        assert.doesNotMatch(apiServerConfig, /\{\{|\}\}/);
    });

    it("remembers nobody's roles, and keeps sessions where it can end them", () => {
        assert.deepEqual(loginValues("{}").config, { fab: { session_backend: "database", cache_ttl: "0" } });
    });
});

describe("The login's settings", () => {
    const settings = (changes: Partial<LoginRules> = {}) =>
        JSON.parse(loginSettings({ ...rules, ...changes })) as Record<string, unknown>;

    it("give each group its roles", () => {
        assert.deepEqual(settings().rolesByGroup, {
            authors: ["User"],
            "platform-admins": ["Admin"],
            staff: ["Viewer"],
        });
    });

    it("take the provider's usual claim and scopes unless the stack names others", () => {
        const { groupsClaim, scopes } = settings();
        assert.equal(groupsClaim, "groups");
        assert.deepEqual(scopes, ["openid", "email", "profile", "groups"]);
        assert.equal(settings({ groupsClaim: "roles" }).groupsClaim, "roles");
        assert.deepEqual(settings({ scopes: ["openid"] }).scopes, ["openid"]);
    });

    it("are the same text for the same rules, however they are written", () => {
        const other = loginSettings({ ...rules, roles: { User: ["authors"], Viewer: ["staff"] } });
        assert.equal(loginSettings(rules), other);
    });
});
