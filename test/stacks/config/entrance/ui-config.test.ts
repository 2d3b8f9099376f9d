import assert from "node:assert/strict";

import { certificate } from "../../certificate.ts";
import { ProjectFolder } from "../../project.ts";
import { airflow, config, refuses } from "../../stack-file.ts";

const login = {
    issuer: "https://login.example.com",
    clientId: "airflow",
    clientSecret: "hunter2-hunter2",
    adminGroups: ["platform-admins"],
    contact: "the platform team",
};

const viz = { kind: "viz", hostname: "viz.example.com", groups: ["platform-admins"] };
const grafana = {
    kind: "service",
    hostname: "grafana.example.com",
    namespace: "monitoring",
    service: "grafana",
    port: 80,
    labels: { app: "grafana" },
    groups: ["staff"],
};

const stack = (uis: object[], more: { entrance?: object; login?: object | undefined } = {}) => ({
    airflow: { ...airflow, hostname: "airflow.example.com" },
    entrance: {
        kind: "gateway",
        certificate: { kind: "private-ca" },
        keysUrl: "https://login.example.com/keys",
        uis,
        ...more.entrance,
    },
    login: "login" in more ? more.login : login,
});

const secret = { secret: ["login"] };

describe("the config of UIs behind the entrance", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("takes Linkerd's dashboard and any Service, each with its groups", () => {
        const { entrance } = config(stack([viz, grafana]), secret);
        assert.deepEqual(
            entrance?.uis.map(({ name, hostname, groups }) => ({ name, hostname, groups })),
            [
                { name: "viz", hostname: "viz.example.com", groups: ["platform-admins"] },
                { name: "grafana", hostname: "grafana.example.com", groups: ["staff"] },
            ],
        );
        assert.equal(entrance?.login?.groupsClaim, "groups");
        assert.equal(entrance?.login?.keysUrl, "https://login.example.com/keys");
    });

    it("knows where the keys of a known provider are", () => {
        const of = (provider: string, issuer: string) =>
            config(stack([viz], { entrance: { keysUrl: undefined }, login: { ...login, provider, issuer } }), secret)
                .entrance?.login;
        assert.equal(
            of("keycloak", "https://login.example.com/realms/staff")?.keysUrl,
            "https://login.example.com/realms/staff/protocol/openid-connect/certs",
        );
        assert.equal(
            of("google", "https://accounts.google.com")?.keysUrl,
            "https://www.googleapis.com/oauth2/v3/certs",
        );
        assert.equal(of("gitlab", "https://gitlab.com")?.groupsClaim, "groups_direct");
    });

    it("refuses one without a login to hold it", () => {
        refuses(
            [
                "airflow-linkerd:entrance.uis is a list: people must log in to come there, and this stack has no login. Set " +
                    "login, or remove uis.",
            ],
            stack([viz], { login: undefined }),
        );
    });

    it("refuses one without groups", () => {
        refuses(
            [
                "airflow-linkerd:entrance.uis[0].groups is an empty list: it must have a group, or nobody may come. Name one.",
            ],
            stack([{ ...viz, groups: [] }]),
            secret,
        );
    });

    it("refuses a provider whose keys are not known", () => {
        refuses(
            [
                "airflow-linkerd:entrance.keysUrl is missing: it is not known for this provider. Write it as jwks_uri of " +
                    '"<issuer>/.well-known/openid-configuration" has it.',
            ],
            stack([viz], { entrance: { keysUrl: undefined } }),
            secret,
        );
    });

    it("hands on the authority of the provider's certificate, with endpoints that need not be asked for", () => {
        project.write("login.pem", certificate);
        const ownAuthority = { login: { ...login, authorityFile: "login.pem" } };
        const endpoints = {
            authorizationUrl: "https://login.example.com/auth",
            tokenUrl: "https://login.example.com/token",
        };
        const { entrance } = config(stack([viz], { ...ownAuthority, entrance: endpoints }), secret);
        assert.equal(entrance?.login?.authorityPem, certificate);
        assert.equal(entrance?.login?.tokenUrl, "https://login.example.com/token");
        const rule =
            "Envoy Gateway asks the provider for it and believes public authorities alone, and login.authorityFile names " +
            "another. Write it as";
        refuses(
            [
                `airflow-linkerd:entrance.authorizationUrl is missing: ${rule} authorization_endpoint of ` +
                    '"<issuer>/.well-known/openid-configuration" has it.',
                `airflow-linkerd:entrance.tokenUrl is missing: ${rule} token_endpoint of ` +
                    '"<issuer>/.well-known/openid-configuration" has it.',
            ],
            stack([viz], ownAuthority),
            secret,
        );
    });

    it("refuses a login that Envoy cannot do", () => {
        const { clientSecret: _, ...withoutSecret } = login;
        const clientKey = "-----BEGIN PRIVATE KEY-----\nkey\n-----END PRIVATE KEY-----";
        refuses(
            [
                "airflow-linkerd:login.clientSecret is missing: Envoy proves itself to the provider by a secret alone, for " +
                    "entrance.uis. Give clientSecret in the place of clientKey, or remove uis.",
                "airflow-linkerd:login.issuer is [secret]: Envoy asks only https:// for entrance.uis. Correct it, or remove uis.",
                "airflow-linkerd:login.groupsSeparator is [secret]: Envoy compares a claim as it is, for entrance.uis. Have the " +
                    "provider send a list, or remove uis.",
            ],
            stack([viz], {
                login: { ...withoutSecret, clientKey, issuer: "http://127.0.0.1:9080", groupsSeparator: "," },
            }),
            secret,
        );
    });

    it("refuses two of one name or host, and Airflow's own", () => {
        refuses(
            [
                'airflow-linkerd:entrance.uis[1].name is "viz": uis[0] has it already. Choose another name.',
                'airflow-linkerd:entrance.uis[1].hostname is "viz.example.com": uis[0] has it already. Choose another hostname.',
                'airflow-linkerd:entrance.uis[2].name is "airflow": it is Airflow\'s own. Name it otherwise.',
            ],
            stack([viz, viz, { ...grafana, name: "airflow" }]),
            secret,
        );
        refuses(
            [
                'airflow-linkerd:entrance.uis[0].hostname is "airflow.example.com": it is Airflow\'s own. Give the UI a name of ' +
                    "its own.",
            ],
            stack([{ ...viz, hostname: "airflow.example.com" }]),
            secret,
        );
    });

    it("refuses a Service of the platform's own, and one that a task could be", () => {
        refuses(
            [
                'airflow-linkerd:entrance.uis[0].namespace is "linkerd-viz": it is Linkerd\'s own. Write the entry as {kind: ' +
                    "viz, …}.",
                'airflow-linkerd:entrance.uis[1].namespace is "airflow": it is the platform\'s own, which has no page there ' +
                    "besides Airflow's. Remove the entry.",
                'airflow-linkerd:entrance.uis[2].namespace is "team-analytics": tasks run in it, and nothing calls a task\'s ' +
                    "pod. Put the UI elsewhere.",
            ],
            stack([
                { ...grafana, namespace: "linkerd-viz" },
                { ...grafana, name: "other", hostname: "other.example.com", namespace: "airflow" },
                { ...grafana, name: "third", hostname: "third.example.com", namespace: "team-analytics" },
            ]),
            secret,
        );
    });
});
