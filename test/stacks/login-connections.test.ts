import assert from "node:assert/strict";

import { apiServer } from "../../components/airflow/connections/workloads.ts";
import { type LoginRules } from "../../components/identity/login-settings.ts";
import { loginEgress, machineIssuerEgress } from "../../stacks/login-connections.ts";

const rules: LoginRules = {
    provider: "oidc",
    issuer: "https://login.example.com/realms/staff",
    clientId: "airflow",
    adminGroups: ["platform-admins"],
    contact: "the platform team",
};

const called = (changes: Partial<LoginRules> = {}) =>
    loginEgress({ ...rules, ...changes }).flatMap(({ to }) =>
        to.kind === "hosts"
            ? to.hosts.map((host) => `${host}:${to.port}`)
            : to.cidrs.flatMap((cidr) => to.ports.map(({ number }) => `${cidr}:${number}`)),
    );

describe("whom the login calls", () => {
    it("is the issuer, at its port", () => {
        assert.deepEqual(called(), ["login.example.com:443"]);
        assert.deepEqual(called({ issuer: "https://login.example.com:8443" }), ["login.example.com:8443"]);
        assert.deepEqual(called({ issuer: "http://localhost:9080" }), ["127.0.0.1/32:9080"]);
        assert.deepEqual(called({ issuer: "https://localhost:9443" }), ["127.0.0.1/32:9443"]);
    });

    it("is also where the kind of provider has tokens and keys, or where the stack says that it does", () => {
        assert.deepEqual(called({ provider: "google", issuer: "https://accounts.google.com" }), [
            "accounts.google.com:443",
            "oauth2.googleapis.com:443",
            "www.googleapis.com:443",
            "openidconnect.googleapis.com:443",
        ]);
        assert.deepEqual(called({ provider: "entra", hosts: ["graph.microsoft.us"] }), [
            "login.example.com:443",
            "graph.microsoft.us:443",
        ]);
        assert.deepEqual(called({ provider: "entra", hosts: [] }), ["login.example.com:443"]);
    });

    it("is no host twice", () => {
        assert.deepEqual(called({ hosts: ["login.example.com"] }), ["login.example.com:443"]);
    });

    it("is whoever else vouches for machines, by a row of its own", () => {
        const audience = "https://airflow.example.com";
        const github = { name: "github", issuer: "https://token.actions.githubusercontent.com", audience };
        const own = { name: "own", issuer: "https://ci.example.com:8443", audience, hosts: ["keys.example.com"] };
        assert.deepEqual(
            machineIssuerEgress({ machineIssuers: [github, own] }).map(({ name, from, to }) => [
                name,
                from,
                to.kind === "hosts" ? [to.hosts, to.port] : [],
            ]),
            [
                ["machines-github", [apiServer], [["token.actions.githubusercontent.com"], 443]],
                ["machines-own", [apiServer], [["ci.example.com", "keys.example.com"], 8443]],
            ],
        );
        assert.deepEqual(machineIssuerEgress({}), []);
    });
});
