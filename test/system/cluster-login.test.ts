import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { request } from "playwright-core";

import { TeamNamespace } from "../../components/teams/team-namespace.ts";
import { startControlPlane, stopControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { believe, peoplesAuthorityFile } from "../../rehearsal/cluster/peoples-authority.ts";
import { issuerOf, type Ports, readPorts } from "../../rehearsal/cluster/ports.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { kubectlClient, kubectlRedirect } from "../../rehearsal/identity-provider/kubectl-client.ts";
import { type Place, place } from "../../rehearsal/place.ts";
import { kubectlGroups } from "../../stacks/kubectl-login.ts";
import { underMocks } from "../support/mocks.ts";
import { eventually } from "./bare-cluster.ts";

const silent = (): void => undefined;

/** What is asked of Kubernetes, as `kubectl auth can-i` has it. */
const looks = ["get pods", "list pods", "watch pods", "get pods --subresource=log", "list events"];
const acts = [
    "create pods",
    "delete pods",
    "create pods --subresource=exec",
    "create pods --subresource=attach",
    "create pods --subresource=portforward",
    "update pods --subresource=ephemeralcontainers",
    "get secrets",
    "list secrets",
    "get configmaps",
    "create serviceaccounts --subresource=token",
    "create rolebindings.rbac.authorization.k8s.io",
    "impersonate users",
];

describe("kubectl with a login at the provider", function () {
    this.timeout("5m");

    let at: Place;

    const kubectl = (args: readonly string[], input?: object) => {
        const { status, stdout, stderr } = spawnSync(join(at.bin, "kubectl"), args, {
            encoding: "utf8",
            ...(input && { input: JSON.stringify(input) }),
        });
        return { ok: status === 0, said: stdout + stderr };
    };
    const asAdministrator = (args: readonly string[], input?: object) =>
        kubectl(["--kubeconfig", at.kubeconfig, ...args], input);

    before(async () => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-cluster-login-")));
        // The identity provider comes with containers that run.
        await startControlPlane(at, silent, Containers.processes);
        believe(peoplesAuthorityFile(at));
        const login = { kubectl: { clientId: kubectlClient } } as Parameters<typeof kubectlGroups>[1];
        for (const [name, groups] of [
            ["analytics", { author: ["analytics-authors"] }],
            ["billing", { viewer: ["billing-authors"] }],
        ] as const) {
            const { registered } = await underMocks(
                [
                    "kubernetes:core/v1:Namespace",
                    "kubernetes:core/v1:ServiceAccount",
                    "kubernetes:core/v1:ConfigMap",
                    "kubernetes:core/v1:LimitRange",
                    "kubernetes:rbac.authorization.k8s.io/v1:Role",
                    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
                ],
                () =>
                    new TeamNamespace(`team-${name}`, {
                        team: { name, owners: ["us"] },
                        platformImage: { reference: "apache/airflow:3.3.2" },
                        inboundPolicy: {},
                        scheduler: { namespace: "airflow", name: "airflow-scheduler" },
                        apiServer: { namespace: "airflow", name: "airflow-api-server" },
                        podCleanup: { namespace: "airflow", name: "airflow-cleanup" },
                        people: kubectlGroups(groups, login),
                    }),
            );
            for (const kind of ["Namespace", "Role", "RoleBinding"]) {
                const group = kind === "Namespace" ? "v1" : "rbac.authorization.k8s.io/v1";
                const type = kind === "Namespace" ? "kubernetes:core/v1:Namespace" : `kubernetes:${group}:${kind}`;
                for (const { inputs } of registered.ofType(type)) {
                    const { ok, said } = asAdministrator(["create", "-f", "-"], { apiVersion: group, kind, ...inputs });
                    assert.ok(ok, said);
                }
            }
        }
    });

    before(async () => {
        // The API server starts before the provider does, and asks for its keys anew every ten seconds.
        const token = await idToken("ann");
        await eventually(() => Promise.resolve(withToken(token, ["auth", "whoami"]).ok || undefined));
    });

    after(async () => {
        await stopControlPlane(at, silent);
        rmSync(at.root, { recursive: true, force: true });
    });

    /** An ID token, as kubectl's plugin for such logins gets it: by the provider's pages, with PKCE and without a secret. */
    async function idToken(persona: string): Promise<string> {
        const issuer = issuerOf(readPorts(at) as Ports);
        const verifier = randomBytes(32).toString("base64url");
        const asked = new URLSearchParams({
            client_id: kubectlClient,
            redirect_uri: kubectlRedirect,
            response_type: "code",
            scope: "openid groups",
            code_challenge: createHash("sha256").update(verifier).digest("base64url"),
            code_challenge_method: "S256",
            state: randomBytes(8).toString("hex"),
        });
        const browser = await request.newContext();
        try {
            let next = (await browser.get(`${issuer}/auth?${asked}`)).url();
            let answer = await browser.post(next, { form: { persona }, maxRedirects: 0 });
            // The last address is the plugin's own, where nobody listens here.
            const onward = () =>
                new URL(answer.headers().location ?? assert.fail(`${next} leads nowhere: ${answer.status()}`), next)
                    .href;
            while (!(next = onward()).startsWith(kubectlRedirect)) {
                answer = await browser.get(next, { maxRedirects: 0 });
            }
            const exchanged = await browser.post(`${issuer}/token`, {
                form: {
                    grant_type: "authorization_code",
                    code: new URL(next).searchParams.get("code") ?? "",
                    redirect_uri: kubectlRedirect,
                    client_id: kubectlClient,
                    code_verifier: verifier,
                },
            });
            const { id_token: token } = (await exchanged.json()) as { id_token?: string };
            assert.ok(token, await exchanged.text());
            return token;
        } finally {
            await browser.dispose();
        }
    }

    /** What somebody may do in a namespace. */
    function may(token: string, namespace: string, what: string): boolean {
        const { said } = withToken(token, ["auth", "can-i", ...what.split(" "), "--namespace", namespace]);
        const [answer] = /^(yes|no)\b/m.exec(said) ?? assert.fail(said);
        return answer === "yes";
    }

    function withToken(token: string, args: readonly string[]) {
        // Without the administrator's certificate, which would count before a token does.
        const { api } = readPorts(at);
        const authority = join(at.cluster, "certificates", "kubernetes-ca.crt");
        const server = [
            `--server=https://127.0.0.1:${api}`,
            `--certificate-authority=${authority}`,
            `--token=${token}`,
        ];
        return kubectl(["--kubeconfig=/dev/null", ...server, ...args]);
    }

    it("knows people by their subject and groups, under names that are none of Kubernetes' own", async () => {
        const { ok, said } = withToken(await idToken("ann"), ["auth", "whoami", "-o", "json"]);
        assert.ok(ok, said);
        const { username, groups } = (
            JSON.parse(said) as { status: { userInfo: { username: string; groups: string[] } } }
        ).status.userInfo;
        assert.deepEqual([username, groups], ["oidc:ann", ["oidc:analytics-authors", "system:authenticated"]]);
    });

    it("lets people look at their own team's pods and logs, and do nothing to them", async () => {
        const token = await idToken("ann");
        assert.deepEqual(
            looks.filter((what) => !may(token, "team-analytics", what)),
            [],
        );
        assert.deepEqual(
            acts.filter((what) => may(token, "team-analytics", what)),
            [],
        );
        assert.ok(withToken(token, ["get", "pods", "--namespace", "team-analytics"]).ok);
        const secrets = withToken(token, ["get", "secrets", "--namespace", "team-analytics"]);
        assert.match(secrets.said, /User "oidc:ann" cannot list resource "secrets"/);
    });

    it("shows nobody another team's namespace, nor Airflow's, nor the cluster", async () => {
        const token = await idToken("ann");
        for (const namespace of ["team-billing", "airflow", "kube-system"]) {
            assert.deepEqual(
                [...looks, ...acts].filter((what) => may(token, namespace, what)),
                [],
                namespace,
            );
        }
        const bill = await idToken("bill");
        assert.equal(may(bill, "team-billing", "get pods"), true);
        assert.equal(may(bill, "team-analytics", "get pods"), false);
        assert.equal(withToken(token, ["get", "pods", "--all-namespaces"]).ok, false);
    });

    it("gives no right to who is in no team's group, administrators of Airflow included", async () => {
        for (const persona of ["nils", "ada"]) {
            const token = await idToken(persona);
            assert.deepEqual(
                looks.filter((what) => may(token, "team-analytics", what)),
                [],
                persona,
            );
        }
    });

    it("takes no token that was changed, and none of Airflow's", async () => {
        const token = await idToken("ann");
        const [header, payload, signature] = token.split(".");
        const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as object;
        const forged = Buffer.from(JSON.stringify({ ...claims, groups: ["system:masters"] })).toString("base64url");
        for (const bad of [`${header}.${forged}.${signature}`, `${header}.${payload}.`, "none"]) {
            assert.match(withToken(bad, ["get", "pods"]).said, /Unauthorized|must be logged in/);
        }
    });
});
