import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BreakGlass, breakGlassAccount } from "../../components/identity/break-glass.ts";
import { airflowInstallation } from "../../rehearsal/airflow/installation.ts";
import { checkout } from "../../rehearsal/place.ts";
import { underMocks } from "../support/mocks.ts";
import { type BareCluster, startBareCluster } from "./bare-cluster.ts";

const audience = "airflow-break-glass";
const apiServer = "airflow-api-server";
const namespace = "airflow";

/** What break_glass.py makes of a token and of what Kubernetes says of it: the visitor's name, or the refusal. */
const program = `
import datetime, json, sys
from fastapi import HTTPException
from airflow_login.break_glass import BreakGlass, is_for_here
token, status = json.load(sys.stdin)
until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
door = BreakGlass(until, "system:serviceaccount:airflow:airflow-break-glass", lambda _: status, set)
try:
    print(door.visitor(token).get_name() if is_for_here(token) else "nobody")
except HTTPException as refusal:
    print(refusal.detail)
`;

describe("break-glass", function () {
    this.timeout("5m");

    let cluster: BareCluster;
    let python: string;
    let home: string;

    before(async () => {
        python = join((await airflowInstallation("3.3.2", console.log)).bin, "python");
        home = mkdtempSync(join(tmpdir(), "airflow-break-glass-"));
        cluster = await startBareCluster();
        await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        for (const name of [apiServer, "airflow-scheduler"]) {
            await cluster.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
        }
        const rbac = "rbac.authorization.k8s.io/v1";
        const kinds = { ServiceAccount: "v1", ClusterRole: rbac, ClusterRoleBinding: rbac };
        const typeOf = (kind: string, version: string) =>
            `kubernetes:${version === "v1" ? "core/v1" : version}:${kind}`;
        const { registered } = await underMocks(
            Object.entries(kinds).map(([kind, version]) => typeOf(kind, version)),
            () => new BreakGlass("break-glass", { namespace, apiServerAccount: apiServer }),
        );
        for (const [kind, apiVersion] of Object.entries(kinds)) {
            for (const { inputs } of registered.ofType(typeOf(kind, apiVersion))) {
                await cluster.create({ apiVersion, kind, ...inputs } as Parameters<BareCluster["create"]>[0]);
            }
        }
    });

    after(async () => {
        await cluster?.stop();
        rmSync(home, { recursive: true, force: true });
    });

    function token(account: string, ...options: string[]): string {
        const { ok, said } = cluster.kubectl(["create", "token", account, "--namespace", namespace, ...options]);
        assert.ok(ok, said);
        return said.trim();
    }

    /** As Airflow's API server asks, with the rights that it has. */
    function review(given: string): object {
        const { ok, said } = cluster.kubectl(
            // kubectl's own look at the object would take rights that the API server does not have.
            [
                "create",
                "-f",
                "-",
                "-o",
                "json",
                "--validate=false",
                `--as=system:serviceaccount:${namespace}:${apiServer}`,
            ],
            {
                apiVersion: "authentication.k8s.io/v1",
                kind: "TokenReview",
                spec: { token: given, audiences: [audience] },
            },
        );
        assert.ok(ok, said);
        return (JSON.parse(said) as { status: object }).status;
    }

    function visitor(given: string): string {
        const { status, stdout, stderr } = spawnSync(python, ["-B", "-c", program], {
            input: JSON.stringify([given, review(given)]),
            env: {
                PATH: process.env.PATH,
                HOME: home,
                AIRFLOW_HOME: home,
                PYTHONPATH: join(checkout, "components/identity"),
            },
            encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
        return stdout.trim().split("\n").at(-1) ?? "";
    }

    it("lets in whoever has Kubernetes make a token for it, under the id by which the audit log has who that was", () => {
        const given = token(breakGlassAccount, "--audience", audience, "--duration", "1h");
        const { jti } = JSON.parse(Buffer.from(given.split(".")[1] ?? "", "base64url").toString()) as { jti: string };
        assert.ok(jti.length > 20);
        assert.equal(visitor(given), `break-glass:${jti}`);
    });

    it("lets nobody in with another account's token, with one that lives on, or with one for Kubernetes itself", () => {
        assert.match(visitor(token("airflow-scheduler", "--audience", audience)), /the token is not of system:/);
        assert.match(
            visitor(token(breakGlassAccount, "--audience", audience, "--duration", "2h")),
            /more than an hour/,
        );
        // It is for another audience, so it is Airflow's to say.
        assert.equal(visitor(token(breakGlassAccount)), "nobody");
    });

    it("takes no token once its account is deleted, which takes all of them back", async () => {
        const given = token(breakGlassAccount, "--audience", audience);
        const { ok, said } = cluster.kubectl(["delete", "serviceaccount", breakGlassAccount, "--namespace", namespace]);
        assert.ok(ok, said);
        assert.match(visitor(given), /Kubernetes does not vouch for the token/);
    });

    it("gives the API server no right but to ask, and its own account none", () => {
        const may = (account: string, ...what: string[]) =>
            cluster.kubectl(["auth", "can-i", ...what, `--as=system:serviceaccount:${namespace}:${account}`]).said;
        assert.match(may(apiServer, "create", "tokenreviews.authentication.k8s.io"), /^yes/m);
        for (const what of [
            ["create", "serviceaccounts", "--subresource=token", "--namespace", namespace],
            ["get", "secrets", "--namespace", namespace],
        ]) {
            for (const account of [apiServer, breakGlassAccount]) {
                assert.match(may(account, ...what), /^no/m, `${account}: ${what.join(" ")}`);
            }
        }
        assert.match(may(breakGlassAccount, "create", "tokenreviews.authentication.k8s.io"), /^no/m);
    });
});
