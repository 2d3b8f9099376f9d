import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { inspect } from "node:util";

import { AirflowApi } from "../../../rehearsal/dag/airflow-api.ts";
import { Patience } from "../../../rehearsal/dag/patience.ts";
import { LoginRefused, ProviderNotReached, Session } from "../../../rehearsal/dag/session.ts";

const canary = "CANARY-90ab";

describe("a session with an Airflow that fails", () => {
    let server: Server;
    let provider: Server;
    let session: Session | undefined;

    async function listening(of: Server): Promise<string> {
        await once(of.listen(0, "127.0.0.1"), "listening");
        return `http://127.0.0.1:${String((of.address() as AddressInfo).port)}`;
    }

    /** An Airflow that lets everybody in with cookies once they were at the provider, and then answers as it is told. */
    async function airflow(answer: RequestListener): Promise<string> {
        let personas = "";
        server = createServer((request, response) => {
            if (request.url === "/auth/login/oidc") {
                response.writeHead(302, { location: personas }).end();
            } else if (request.url === "/auth/oauth-authorized/oidc") {
                response.setHeader("set-cookie", [`session=${canary}; Path=/`, `_token=${canary}; Path=/`]);
                response.end("in");
            } else {
                answer(request, response);
            }
        });
        const address = await listening(server);
        provider = createServer((request, response) => {
            const back = { location: `${address}/auth/oauth-authorized/oidc` };
            (request.method === "POST" ? response.writeHead(303, back) : response).end("who are you?");
        });
        personas = `${await listening(provider)}/personas?state=${canary}`;
        return address;
    }

    async function loggedIn(answer: RequestListener): Promise<Session> {
        return (session = await Session.logIn(await airflow(answer), "otto"));
    }

    afterEach(async () => {
        await session?.close();
        session = undefined;
        for (const each of [server, provider]) {
            each.closeAllConnections();
            each.close();
        }
    });

    /** The whole error, as Node would print it. */
    async function told(failing: Promise<unknown>): Promise<string> {
        const error = await failing.then(
            () => assert.fail("it did not fail"),
            (reason: unknown) => reason,
        );
        const text = inspect(error, { depth: Infinity, showHidden: true });
        assert.ok(!text.includes(canary), text);
        return (error as Error).message;
    }

    it("says what it asked for and why there is no answer, and none of its cookies", async () => {
        const cookies: (string | undefined)[] = [];
        const one = await loggedIn((request) => {
            cookies.push(request.headers.cookie);
            request.socket.destroy();
        });
        assert.match(await told(one.ask("GET", "/api/v2/dags")), /^GET \/api\/v2\/dags: .*(hang up|ECONNRESET)/);
        assert.match(String(cookies[0]), new RegExp(`session=${canary}`));
    });

    it("does not quote an answer that it cannot read", async () => {
        const one = await loggedIn((_request, response) => {
            response.setHeader("content-type", "application/json").end(`${canary} {`);
        });
        assert.equal(
            await told(one.ask("GET", "/api/v2/dags")),
            "GET /api/v2/dags: the answer says that it is JSON, and is not",
        );
    });

    it("takes an answer that has nothing in it as it is, whatever type it says", async () => {
        const one = await loggedIn((_request, response) => {
            response.writeHead(204, { "content-type": "application/json" }).end();
        });
        assert.deepEqual(await one.ask("DELETE", "/api/v2/dags/values/dagRuns/first"), { status: 204, body: "" });
    });

    it("tells a refusal's reason without the token that it quotes", async () => {
        const one = await loggedIn((_request, response) => {
            const detail = { token: canary, error: "expired" };
            response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ detail }));
        });
        assert.equal(
            await told(new AirflowApi(one).run("values", "first")),
            'Airflow answered 401 to GET /api/v2/dags/values/dagRuns/first: {"token":[hidden],"error":"expired"}',
        );
    });

    it("tells of an error page what a person would read of it", async () => {
        const one = await loggedIn((_request, response) => {
            response.writeHead(502, { "content-type": "text/html" });
            response.end(`<html><script>var token = "${canary}"</script><h1>Bad Gateway</h1></html>`);
        });
        assert.equal(
            await told(new AirflowApi(one).run("values", "first")),
            "Airflow answered 502 to GET /api/v2/dags/values/dagRuns/first: Bad Gateway.",
        );
    });

    it("says so when nobody answers at the login", async () => {
        const address = await airflow(() => undefined);
        server.close();
        assert.match(await told(Session.logIn(address, "otto")), /^the way to the login: .*ECONNREFUSED/);
    });

    it("says so when Airflow sends nobody on to the provider", async () => {
        const address = await airflow(() => undefined);
        server.removeAllListeners("request");
        server.on("request", (_request, response) => {
            response.writeHead(500).end(`<h1>Oops</h1><p>Bearer ${canary}</p>`);
        });
        await assert.rejects(Session.logIn(address, "otto"), (error) => {
            assert.ok(error instanceof ProviderNotReached);
            assert.equal(
                error.message,
                "Airflow answered 500 to the login and sent nobody on to the provider: Oops. Bearer [hidden]",
            );
            return true;
        });
    });

    it("says so when the provider does not answer, or not with its page", async () => {
        const address = await airflow(() => undefined);
        provider.removeAllListeners("request");
        provider.on("request", (_request, response) => response.writeHead(503).end("starting"));
        const reached = (told: RegExp) =>
            assert.rejects(Session.logIn(address, "otto"), (error) => {
                assert.ok(error instanceof ProviderNotReached);
                assert.match(error.message, told);
                assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes(canary));
                return true;
            });
        await reached(/^http:\/\/127\.0\.0\.1:\d+ answered 503: starting$/);
        provider.close();
        provider.closeAllConnections();
        await reached(/^http:\/\/127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/);
    });

    it("does not go round in a circle", async () => {
        const address = await airflow(() => undefined);
        server.removeAllListeners("request");
        server.on("request", (_request, response) => response.writeHead(302, { location: "/auth/login/oidc" }).end());
        await assert.rejects(
            Session.logIn(address, "otto"),
            /^Error: Airflow's login goes round in a circle, last to http:\/\/127\.0\.0\.1:\d+\/auth\/login\/oidc$/,
        );
    });

    it("tells why somebody is not let in", async () => {
        const address = await airflow(() => undefined);
        server.removeAllListeners("request");
        server.on("request", (request, response) => {
            if (request.url === "/auth/login/oidc") {
                const { port } = provider.address() as AddressInfo;
                response.writeHead(302, { location: `http://127.0.0.1:${String(port)}/personas` }).end();
            } else {
                response.writeHead(403).end(`<h1>No role</h1><p>Bearer ${canary}</p>`);
            }
        });
        await assert.rejects(Session.logIn(address, "otto"), (error) => {
            assert.ok(error instanceof LoginRefused);
            assert.equal(error.message, "403: No role. Bearer [hidden]");
            return true;
        });
    });

    it("says once that Airflow is slow, and again when it has been quick meanwhile", async () => {
        const told: string[] = [];
        let milliseconds = 0;
        const address = await airflow((_request, response) => {
            setTimeout(() => response.end("{}"), milliseconds);
        });
        const patience = new Patience((line) => told.push(line), 0.05);
        session = await Session.logIn(address, "otto", patience);
        // The login may be slow on a busy machine.
        told.length = 0;
        for (milliseconds of [0, 300, 300]) {
            await session.ask("GET", "/slow");
        }
        const line = "Airflow is slow: no answer to GET /slow for 0.05 s, still waiting.";
        assert.deepEqual(told, [line]);
        await patience.wait("nothing", Promise.resolve());
        await session.ask("GET", "/slow");
        assert.deepEqual(told, [line, line]);
    });
});
