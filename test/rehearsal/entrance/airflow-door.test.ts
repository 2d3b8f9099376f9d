import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createPlainServer, type RequestListener, type Server } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { request } from "playwright-core";

import { Authority } from "../../../rehearsal/cluster/certificates.ts";
import { airflowAuthorityFile, airflowDoor, comeBy } from "../../../rehearsal/entrance/airflow-door.ts";
import { type Place, place } from "../../../rehearsal/place.ts";

const service = { metadata: { name: "entrance", namespace: "entrance" } };

describe("where people come to a place's Airflow", () => {
    let at: Place;
    let authority: Authority;
    const servers: Server[] = [];

    before(async () => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-door-")));
        mkdirSync(join(at.cluster, "certificates"), { recursive: true });
        mkdirSync(join(at.root, "entrance"));
        authority = await Authority.open(join(at.cluster, "certificates"), "peoples-ca");
    });

    after(() => {
        rmSync(at.root, { recursive: true });
    });

    afterEach(() => {
        for (const server of servers.splice(0)) {
            server.close();
            server.closeAllConnections();
        }
    });

    async function listening(server: Server): Promise<number> {
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return (server.address() as AddressInfo).port;
    }

    /** A place whose API server has these objects, by kind. */
    async function deployed(objects: Readonly<Record<string, readonly object[]>>): Promise<void> {
        writeFileSync(join(at.cluster, "ports.json"), '{"airflow": 20080, "entrance": 20070}');
        const answer: RequestListener = (asked, response) => {
            const [, kind = ""] = /^\/api\/v1\/namespaces\/entrance\/(\w+)\?fieldSelector=/.exec(asked.url ?? "") ?? [];
            response.setHeader("content-type", "application/json");
            response.end(JSON.stringify({ items: objects[kind] ?? [] }));
        };
        const server = `http://127.0.0.1:${String(await listening(createPlainServer(answer)))}`;
        const config = {
            "current-context": "here",
            contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
            clusters: [{ name: "here", cluster: { server, "insecure-skip-tls-verify": true } }],
            users: [{ name: "me", user: {} }],
        };
        writeFileSync(at.kubeconfig, JSON.stringify(config));
    }

    it("is nowhere in one that was never started", async () => {
        assert.equal(await airflowDoor(at), undefined);
    });

    it("is the entrance of a stack that has one, whose authority it writes where people find it", async () => {
        const pem = readFileSync(authority.certificateFile, "utf8");
        const secret = { data: { "ca.crt": Buffer.from(pem).toString("base64"), "tls.key": "c2VjcmV0" } };
        await deployed({ services: [service], secrets: [secret] });
        assert.deepEqual(await airflowDoor(at), {
            address: "https://airflow.localhost:20070",
            authorityFile: airflowAuthorityFile(at),
        });
        assert.equal(readFileSync(airflowAuthorityFile(at), "utf8"), pem);
    });

    it("is the entrance too where its certificate is of another authority, which is not its to write", async () => {
        writeFileSync(airflowAuthorityFile(at), "of yesterday");
        await deployed({ services: [service] });
        assert.deepEqual(await airflowDoor(at), { address: "https://airflow.localhost:20070" });
        assert.ok(!existsSync(airflowAuthorityFile(at)));
    });

    it("is Airflow's own port in a stack that has none, and nobody is left to trust its authority", async () => {
        writeFileSync(airflowAuthorityFile(at), "of yesterday");
        await deployed({});
        assert.deepEqual(await airflowDoor(at), { address: "http://127.0.0.1:20080" });
        assert.ok(!existsSync(airflowAuthorityFile(at)));
    });

    it("is not guessed while the cluster does not answer", async () => {
        await deployed({});
        servers.forEach((server) => server.closeAllConnections());
        await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
        await assert.rejects(airflowDoor(at));
    });

    it("is reached by fetch and by Playwright once it is told, by its name and its authority alone", async () => {
        const entrance = await Authority.open(join(at.root, "entrance"), "ca");
        const { certificateFile, keyFile } = await entrance.issue("served", {
            commonName: "airflow.localhost",
            hosts: ["airflow.localhost"],
        });
        const [cert, key] = [readFileSync(certificateFile), readFileSync(keyFile)];
        const port = await listening(createServer({ cert, key }, (_asked, response) => response.end("in")));
        const address = `https://airflow.localhost:${String(port)}`;
        comeBy(at, { address });
        const untold = await fetch(address).catch((error: unknown) => (error as Error).cause as { code: string });
        assert.equal("code" in untold && untold.code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
        comeBy(at, { address, authorityFile: entrance.certificateFile });
        assert.equal(await (await fetch(address)).text(), "in");
        const context = await request.newContext({ baseURL: address });
        try {
            assert.equal(await (await context.get("/")).text(), "in");
        } finally {
            await context.dispose();
        }
    });
});
