import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { inspect } from "node:util";

import { AirflowApi } from "../../../rehearsal/dag/airflow-api.ts";
import { LoginRefused, Session } from "../../../rehearsal/dag/session.ts";

const canary = "CANARY-90ab";

describe("a session with an Airflow that fails", () => {
    let server: Server;
    let session: Session | undefined;

    /** An Airflow that lets everybody in with cookies, and then answers as it is told. */
    async function airflow(answer: RequestListener): Promise<string> {
        server = createServer((request, response) => {
            if (request.url?.startsWith("/auth/login") === true) {
                response.setHeader("set-cookie", [`session=${canary}; Path=/`, `_token=${canary}; Path=/`]);
                response.end("in");
            } else {
                answer(request, response);
            }
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
        return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    }

    async function loggedIn(answer: RequestListener): Promise<Session> {
        return (session = await Session.logIn(await airflow(answer), "otto"));
    }

    afterEach(async () => {
        await session?.close();
        session = undefined;
        server.closeAllConnections();
        server.close();
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

    it("tells why somebody is not let in", async () => {
        const address = await airflow(() => undefined);
        server.removeAllListeners("request");
        server.on("request", (_request, response) => {
            response.writeHead(403).end(`<h1>No role</h1><p>Bearer ${canary}</p>`);
        });
        await assert.rejects(Session.logIn(address, "otto"), (error) => {
            assert.ok(error instanceof LoginRefused);
            assert.equal(error.message, "403: No role. Bearer [hidden]");
            return true;
        });
    });
});
