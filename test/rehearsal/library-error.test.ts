import assert from "node:assert/strict";
import { inspect } from "node:util";

import { ApiException } from "@kubernetes/client-node";

import { reasonOf } from "../../components/secrecy/error-reason.ts";
import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { LibraryError } from "../../rehearsal/library-error.ts";

/** Found nowhere in what is told. */
const canary = "CANARY-1f7e";
const token = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ${canary}.${canary}`;

/** What libraries write into their errors, with a canary where the secret is. */
const leaks: Record<string, string> = {
    "a cookie": `cookie: session=${canary}; _token=${canary}`,
    "a cookie that is set": `set-cookie: ["_token=${canary}; Path=/","session=${canary}"]`,
    "headers as JSON": `Headers: {"authorization":"Bearer ${canary}","cookie":"a=${canary}"}`,
    "an authorization": `    - Authorization: Basic ${canary}`,
    "a bearer in a sentence": `refused Bearer ${canary}`,
    "a token by its form": `cannot read ${token} any more`,
    "a code in an address": `GET http://127.0.0.1:8080/auth/oauth-authorized/oidc?code=${canary}&state=${canary}`,
    "a token in an address": `http://127.0.0.1/#access_token=${canary}&id_token=${canary}`,
    "a password in an address": `cannot reach postgresql://airflow:${canary}@db.example.com:5432/airflow`,
    "a password in JSON": `Unexpected answer {"user":"airflow","password":"${canary} \\"${canary}"}`,
    "a connection in JSON": `{"connection": "postgresql://db/${canary}"}`,
    "a password in SQL": `STATEMENT: ALTER ROLE "airflow" PASSWORD '${canary}''${canary}'`,
    "a line that a parser quotes": ` 3 |   - token: ${canary}`,
    "a variable": `DB_PASSWORD=${canary}`,
    "a private key": `-----BEGIN EC PRIVATE KEY-----\n${canary}\n-----END EC PRIVATE KEY-----`,
    "a private key that was cut off": `-----BEGIN PRIVATE KEY-----\n${canary}`,
};

describe("what is told of a library's error", () => {
    for (const [what, text] of Object.entries(leaks)) {
        it(`leaves out ${what}`, () => {
            assert.ok(text.includes(canary));
            for (const told of [
                withoutSecrets(text),
                reasonOf(new Error(text)),
                inspect(new LibraryError(text, new Error(text, { cause: new Error(text) }))),
            ]) {
                assert.ok(!told.includes(canary), told);
                assert.match(told, /\[hidden\]/);
            }
        });
    }

    it("leaves everything else as it is", () => {
        for (const text of [
            "connect ECONNREFUSED 127.0.0.1:8080",
            'secrets "airflow-jwt" is forbidden: User "otto" cannot get resource "secrets"',
            "GET /api/v2/dags?limit=1000",
            "the token: it has expired",
            "next token:",
            "the code is 404, and the state failed",
            "http://airflow.example.com:8080/dags/values/runs/manual__2026-01-01",
        ]) {
            assert.equal(withoutSecrets(text), text);
        }
    });

    it("is the first line, without the log of calls below it", () => {
        const error = new Error(`apiRequestContext.get: Timeout 500ms exceeded.\nCall log:\n  - cookie: a=${canary}`);
        const told = new LibraryError("GET /api/v2/dags", error).message;
        assert.equal(told, "GET /api/v2/dags: apiRequestContext.get: Timeout 500ms exceeded.");
    });

    it("is the innermost cause, since the outer one says only that it failed", () => {
        const cause = new Error("connect ECONNREFUSED 127.0.0.1:6443");
        assert.equal(reasonOf(new TypeError("fetch failed", { cause })), cause.message);
    });

    it("is the API server's message, without body and headers", () => {
        const body = JSON.stringify({ message: "pods is forbidden", details: { token: canary } });
        const error = new ApiException(403, "Forbidden", body, { "set-cookie": canary, "audit-id": canary });
        assert.ok(error.message.includes(canary));
        assert.equal(reasonOf(error), "the API server answered 403: pods is forbidden");
    });
});
