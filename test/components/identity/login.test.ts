import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Login } from "../../../components/identity/login.ts";
import { LoginProvider, presets } from "../../../components/identity/login-providers.ts";
import { type LoginRules, loginSettings } from "../../../components/identity/login-settings.ts";
import { loginFiles, loginValues } from "../../../components/identity/login-values.ts";
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

const create = () => new Login("login", { namespace: "airflow", rules, client: { secret: "s3cret" } });

/** What the API server reads of the login's settings. */
const filesOf = (registered: { input(name: string, path: string): unknown }) =>
    registered.input("login-settings", "data") as Record<string, string>;

describe("Login", () => {
    it("keeps the client's secret secret, and out of the settings and of the chart's values", async () => {
        const { made, registered } = await underMocks(types, create);
        assert.equal(registered.secret("login-client", "stringData.client-secret"), "s3cret");
        assert.doesNotMatch(JSON.stringify(registered.get("login-settings").inputs), /s3cret/);
        assert.doesNotMatch(JSON.stringify(made.chartValues), /s3cret/);
    });

    it("takes a private key in place of the secret, and keeps it as secret", async () => {
        const { registered } = await underMocks(
            types,
            () => new Login("login", { namespace: "airflow", rules, client: { privateKey: "pem" } }),
        );
        assert.equal(registered.secret("login-client", "stringData.client-key"), "pem");
    });

    it("puts its objects where the API server finds them, under itself", async () => {
        const { made, registered } = await underMocks(types, create);
        const { extraVolumes } = made.chartValues.apiServer as { extraVolumes: unknown };
        assert.deepEqual(extraVolumes, [
            { name: "login-settings", configMap: { name: registered.input("login-settings", "metadata.name") } },
            { name: "login-python", configMap: { name: registered.input("login-python", "metadata.name") } },
            { name: "login-client", secret: { secretName: registered.input("login-client", "metadata.name") } },
        ]);
        for (const child of ["login-settings", "login-python", "login-client"]) {
            assert.equal(registered.input(child, "metadata.namespace"), "airflow");
            assert.equal(registered.parentOf(child), "login");
        }
    });

    it("gives the API server the authority of the provider's certificate where it is no public one", async () => {
        const authorityPem = "-----BEGIN CERTIFICATE-----";
        const known = await underMocks(types, create);
        const own = await underMocks(
            types,
            () =>
                new Login("login", { namespace: "airflow", rules: { ...rules, authorityPem }, client: { secret: "" } }),
        );
        assert.equal(filesOf(own.registered)["authority.crt"], authorityPem);
        assert.equal("authority.crt" in filesOf(known.registered), false);
        // It is read at start.
        assert.notDeepEqual(own.made.chartValues, known.made.chartValues);
    });

    it("opens a way in past the provider where it is told until when, with what it takes and nothing more", async () => {
        const breakGlass = {
            until: "2026-11-26T12:00:00Z",
            reason: "the provider is down",
            namespace: "airflow",
            apiServerAccount: "airflow-api-server",
        };
        const cluster = [
            "kubernetes:core/v1:ServiceAccount",
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
        ];
        const { registered } = await underMocks(
            [...types, ...cluster],
            () => new Login("login", { namespace: "airflow", rules, client: { secret: "" }, breakGlass }),
        );
        assert.deepEqual(JSON.parse(filesOf(registered)["break-glass.json"] ?? ""), {
            until: "2026-11-26T12:00:00Z",
            account: "system:serviceaccount:airflow:airflow-break-glass",
        });
        assert.equal(registered.input("login-break-glass-account", "automountServiceAccountToken"), false);
        assert.deepEqual(registered.input("login-break-glass-role", "rules"), [
            { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
        ]);
        assert.deepEqual(registered.input("login-break-glass-binding", "subjects"), [
            { kind: "ServiceAccount", name: "airflow-api-server", namespace: "airflow" },
        ]);
        const shut = await underMocks(types, create);
        assert.ok(!("break-glass.json" in filesOf(shut.registered)));
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

    it("delivers every file of the package that webserver_config.py imports, as it is", async () => {
        const { registered } = await underMocks(types, create);
        const files = registered.input("login-python", "data") as Record<string, string>;
        assert.deepEqual(files, loginFiles);
        for (const imported of Object.values(files)
            .join("\n")
            .matchAll(/from airflow_login\.(\w+) import/g)) {
            assert.ok(files[`${imported[1]}.py`], imported[0]);
        }
        assert.equal(files["tokens.py"], readFileSync("components/identity/airflow_login/tokens.py", "utf8"));
    });

    it("hands over a file that Helm's templates leave as it is", () => {
        const { apiServerConfig } = loginValues("{}").apiServer as { apiServerConfig: string };
        assert.equal(apiServerConfig, readFileSync("components/identity/webserver_config.py", "utf8"));
        assert.doesNotMatch(apiServerConfig, /\{\{|\}\}/);
    });

    it("remembers nobody's roles, and keeps sessions where it can end them, for as long as the stack says", () => {
        const fab = { session_backend: "database", cache_ttl: "0" };
        assert.deepEqual(loginValues("{}").config, {
            fab: { ...fab, session_lifetime_minutes: "120", session_max_lifetime_minutes: "720" },
        });
        assert.deepEqual(loginValues("{}", { sessionIdleMinutes: 15, sessionMaxHours: 2 }).config, {
            fab: { ...fab, session_lifetime_minutes: "15", session_max_lifetime_minutes: "120" },
        });
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
        for (const provider of Object.values(LoginProvider)) {
            const preset = presets[provider];
            const { groupsClaim, scopes, announcedScopes, logout } = settings({ provider });
            assert.equal(groupsClaim, preset.groupsClaim);
            assert.deepEqual(scopes, preset.scopes);
            assert.deepEqual(announcedScopes, preset.announcedScopes);
            assert.deepEqual(logout, preset.logout);
        }
        assert.equal(settings({ groupsClaim: "roles" }).groupsClaim, "roles");
        const own = settings({ scopes: ["openid"] });
        assert.deepEqual([own.scopes, own.announcedScopes], [["openid"], []]);
    });

    it("ask for a scope of groups only where there is one", () => {
        const asking = Object.values(LoginProvider).filter((provider) => presets[provider].scopes.includes("groups"));
        assert.deepEqual(asking, ["okta"]);
    });

    it("split no text unless the stack says at what", () => {
        assert.equal(settings().groupsSeparator, null);
        assert.equal(settings({ groupsSeparator: "," }).groupsSeparator, ",");
    });

    it("are the same text for the same rules, however they are written", () => {
        const other = loginSettings({ ...rules, roles: { User: ["authors"], Viewer: ["staff"] } });
        assert.equal(loginSettings(rules), other);
    });
});
