import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { value } from "../../../support/mocks.ts";
import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";

const login = {
    issuer: "https://login.example.com/realms/staff",
    clientId: "airflow",
    clientSecret: "hunter2",
    adminGroups: ["platform-admins"],
    contact: "the platform team",
};

/** A stack's file hides every value of a section in which something is encrypted. */
const encrypted = { secret: ["login"] };

const given = (changes: object = {}) => config({ login: { ...login, ...changes } }, encrypted).login;

const refusesLogin = (changes: object, ...problems: string[]) => {
    refuses(
        problems.map((text) => `airflow-linkerd:login.${text}`),
        { login: { ...login, ...changes } },
        encrypted,
    );
};

describe("the config of the login", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("may be left out, as Pulumi leaves it out too", () => {
        assert.equal(config({}).login, undefined);
        assert.equal(config({ login: {} }).login, undefined);
    });

    it("has defaults for all but the provider's address, the client, the administrators and whom to ask", () => {
        const { clientSecret, ...rules } = login;
        assert.deepEqual(given()?.rules, {
            provider: "oidc",
            ...rules,
            roles: {},
            sessionIdleMinutes: 120,
            sessionMaxHours: 12,
        });
        assert.equal(clientSecret, "hunter2");
    });

    it("keeps the client's secret secret, and apart from the rules", async () => {
        const checked = given();
        assert.ok(checked);
        assert.ok("secret" in checked.client);
        const { secret } = checked.client;
        assert.ok(await pulumi.isSecret(pulumi.output(secret)));
        assert.equal(await value(pulumi.output(secret)), "hunter2");
        assert.doesNotMatch(JSON.stringify(checked.rules), /hunter2/);
    });

    it("takes a private key in place of the client's secret, and keeps it secret", async () => {
        const { client } = given({ clientSecret: undefined, clientKey: "-----BEGIN PRIVATE KEY-----" }) ?? {};
        assert.ok(client !== undefined && "privateKey" in client);
        assert.ok(await pulumi.isSecret(pulumi.output(client.privateKey)));
    });

    for (const issuer of ["http://127.0.0.1:9080", "http://localhost:9080", "https://login.example.com"]) {
        it(`takes the issuer ${issuer}`, () => {
            assert.equal(given({ issuer })?.rules.issuer, issuer);
        });
    }

    for (const issuer of [
        "http://login.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "https://:password@example.com",
        "https://example.com/?x",
        "https://example.com/?",
        "https://example.com/#x",
        "login.example.com",
        "ftp://example.com",
    ]) {
        it(`refuses the issuer ${issuer}`, () => {
            refusesLogin(
                { issuer },
                "issuer is [secret]: it must be the provider's https:// address without a query, as its tokens name it; http:// only for 127.0.0.1 and localhost, because keys that come unprotected prove nothing. Correct it.",
            );
        });
    }

    describe("refuses", () => {
        it("text where a map must be", () => {
            refuses(
                [
                    'airflow-linkerd:login is "oidc": it must be a map. Write it as {issuer: …, clientId: …, clientSecret: {secure: …}, adminGroups: […], contact: …}.',
                ],
                { login: "oidc" },
            );
        });

        it("a login that lacks what only the stack can know", () => {
            refuses(
                [
                    'airflow-linkerd:login.issuer is missing: it must be text. Write it as "https://login.example.com".',
                    'airflow-linkerd:login.clientId is missing: it must be text. Write it as "airflow".',
                    'airflow-linkerd:login.adminGroups is missing: it must be a list of groups. Write it as ["airflow-admins"].',
                    'airflow-linkerd:login.contact is missing: it must be text. Write it as "the platform team, #platform".',
                    "airflow-linkerd:login.clientSecret is missing: Airflow proves with it that it is the client. Write the secret that the provider issued, as {secure: …}, or give a clientKey.",
                ],
                { login: { provider: "oidc" } },
            );
        });

        it("empty texts", () => {
            refusesLogin(
                { clientId: "", clientSecret: "", contact: "", groupsClaim: "", scopes: ["openid", ""] },
                'clientId is [secret]: it must not be empty. Write it as "airflow".',
                "clientSecret is [secret]: it must not be empty. Write it as a secret.",
                'scopes[1] is [secret]: it must not be empty. Write it as "openid".',
                'groupsClaim is [secret]: it must not be empty. Write it as "groups".',
                'contact is [secret]: it must not be empty. Write it as "the platform team, #platform".',
            );
        });

        it("a client's secret that stands in plain text, without showing it", () => {
            refuses(
                [
                    "airflow-linkerd:login.clientSecret is [secret]: it is a secret and stands there in plain text. Encrypt it with \"pulumi config set --secret --path 'airflow-linkerd:login.clientSecret'\", and consider it known to others.",
                ],
                { login },
            );
        });

        it("a kind of provider that there is not", () => {
            refusesLogin(
                { provider: "saml" },
                "provider is [secret]: it must be okta, keycloak, entra, google, cognito, gitlab, auth0 or oidc. Correct it.",
            );
        });

        it("a client that proves itself with nothing, or with two things", () => {
            refusesLogin(
                { clientSecret: undefined },
                "clientSecret is missing: Airflow proves with it that it is the client. Write the secret that the provider issued, as {secure: …}, or give a clientKey.",
            );
            refusesLogin(
                { clientKey: "-----BEGIN PRIVATE KEY-----" },
                "clientKey is [secret]: there is a clientSecret as well, and Airflow proves itself with one of them. Remove one.",
            );
            refusesLogin(
                { clientSecret: undefined, clientKey: "key.pem" },
                "clientKey is [secret]: it must be a private key in PEM, as openssl genpkey writes it. Correct it.",
            );
        });

        it("a file with no authority of the provider's certificate", () => {
            refusesLogin(
                { authorityFile: "no-such-file.pem" },
                "authorityFile is [secret]: there is no such file. Put the certificate of the authority that signed the server's there, as PEM; a path starts at the project.",
            );
        });

        it("a way in past the provider that is open for ever, for long, or no more", () => {
            const hours = (count: number) =>
                new Date(Date.now() + count * 3_600_000).toISOString().replace(/\.\d+Z/, "Z");
            const reason = "the provider is down, ticket 4711";
            const opened = { until: hours(23), reason };
            assert.deepEqual(given({ breakGlass: opened })?.breakGlass, opened);
            refusesLogin(
                { breakGlass: { until: hours(25), reason } },
                "breakGlass.until is [secret]: it is more than 24 hours ahead. Name an earlier moment, and deploy again then.",
            );
            refusesLogin(
                { breakGlass: { until: hours(-1), reason } },
                "breakGlass.until is [secret]: it is past, so nobody comes in by it any more. Remove breakGlass.",
            );
            for (const until of ["tomorrow", "2026-11-26", "2026-13-26T12:00:00Z"]) {
                refusesLogin(
                    { breakGlass: { until, reason } },
                    'breakGlass.until is [secret]: it must be a moment in UTC. Write it as "2026-11-26T12:00:00Z".',
                );
            }
            refusesLogin(
                { breakGlass: { until: hours(1), reason: " " } },
                "breakGlass.reason is [secret]: whoever administers the cluster administers Airflow then: it must say why. Write a sentence.",
            );
        });

        it("Entra's addresses that are no tenant's", () => {
            for (const tenant of ["common", "organizations", "consumers"]) {
                refusesLogin(
                    { provider: "entra", issuer: `https://login.microsoftonline.com/${tenant}/v2.0` },
                    "issuer is [secret]: it is no tenant's: tokens name the tenant, and everybody of Microsoft's could ask to log in. Write it with the tenant's id, as https://login.microsoftonline.com/<tenant id>/v2.0.",
                );
            }
        });

        it("another issuer than Google's for Google", () => {
            refusesLogin(
                { provider: "google" },
                "issuer is [secret]: it must be Google's own. Write it as https://accounts.google.com.",
            );
        });

        it("Cognito without the host that has its tokens", () => {
            refusesLogin(
                { provider: "cognito" },
                "hosts is missing: Cognito's tokens come from the user pool's domain and not from the issuer. Name it, as [\"example.auth.eu-central-1.amazoncognito.com\"].",
            );
        });

        it("a session that ends in no time, or whose length is no number", () => {
            refusesLogin(
                { sessionIdleMinutes: 4, sessionMaxHours: "12" },
                "sessionIdleMinutes is [secret]: it must be a whole number of minutes from 5. Write it without quotes or a unit.",
                "sessionMaxHours is [secret]: it must be a whole number of hours from 1. Write it without quotes or a unit.",
            );
        });

        it("a stack in which nobody is an administrator", () => {
            refusesLogin(
                { adminGroups: [] },
                "adminGroups is an empty list: it must have a group, or nobody can administer Airflow. Name the platform team's.",
            );
        });

        it("a group with two roles, and names both places", () => {
            refusesLogin(
                { roles: { Viewer: ["staff", "platform-admins"], User: ["staff"] } },
                "roles.Viewer[0] is [secret]: it is in roles.User already, and a group has one role. Remove it here or there.",
                "roles.Viewer[1] is [secret]: it is in adminGroups already, and a group has one role. Remove it here or there.",
            );
        });

        it("the role that everybody would have, and groups that are no list", () => {
            refusesLogin(
                { roles: { Public: ["staff"] } },
                "roles.Public is no key that exists; there are Admin, Op, User, Viewer. Remove it.",
            );
            refusesLogin({ roles: ["staff"] }, 'roles is a list: it must be a map. Write it as {Viewer: ["staff"]}.');
            refusesLogin(
                { roles: { Viewer: "staff" } },
                'roles.Viewer is [secret]: it must be a list of groups. Write it as ["airflow-admins"].',
            );
        });

        it("scopes without openid, or that are no list", () => {
            refusesLogin(
                { scopes: ["groups"] },
                'scopes is a list: it must have "openid", or the provider sends no ID token. Add it.',
            );
            refusesLogin(
                { scopes: "openid" },
                'scopes is [secret]: it must be a list. Write it as ["openid", "email", "groups"].',
            );
        });

        it("a key that does not exist, with the one that was meant", () => {
            refusesLogin(
                { groupClaim: "roles" },
                "groupClaim is no key that exists; there are provider, issuer, clientId, clientSecret, clientKey, scopes, authorityFile, groupsClaim, groupsSeparator, hosts, sessionIdleMinutes, sessionMaxHours, adminGroups, roles, contact, breakGlass, kubectl, machineAudience, machineIssuers. Did you mean groupsClaim? Else remove it.",
            );
        });
    });
});
