import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { askedApiPort, choosePorts, isFree, type Ports } from "../../../rehearsal/cluster/ports.ts";
import { type Place, place } from "../../../rehearsal/place.ts";

describe("ports", () => {
    const nothing = new Set<keyof Ports>();
    const servers: Server[] = [];
    let at: Place;

    beforeEach(() => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-ports-")));
        mkdirSync(at.cluster);
    });

    afterEach(async () => {
        await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
        rmSync(at.root, { recursive: true });
    });

    async function occupy(port: number): Promise<void> {
        const server = createServer().listen({ host: "127.0.0.1", port });
        servers.push(server);
        await once(server, "listening");
    }

    it("are the same at every start while they are free", async () => {
        const first = await choosePorts(at, nothing, undefined);
        assert.equal(new Set(Object.values(first)).size, 6);
        assert.deepEqual(await choosePorts(at, nothing, undefined), first);
    });

    it("make way for whoever took one meanwhile, and only that one", async () => {
        const first = await choosePorts(at, nothing, undefined);
        await occupy(first.etcd);
        const second = await choosePorts(at, nothing, undefined);
        assert.notEqual(second.etcd, first.etcd);
        assert.deepEqual({ ...second, etcd: 0 }, { ...first, etcd: 0 });
        assert.equal(await isFree(second.etcd), true);
    });

    it("stay with a control plane that listens on them", async () => {
        const first = await choosePorts(at, nothing, undefined);
        await occupy(first.api);
        assert.deepEqual(await choosePorts(at, new Set<keyof Ports>(["api"]), undefined), first);
    });

    it("are chosen anew when the file that remembers them is torn", async () => {
        writeFileSync(join(at.cluster, "ports.json"), '{"api": 20');
        assert.equal(new Set(Object.values(await choosePorts(at, nothing, undefined))).size, 6);
    });

    it("refuse an API port that was asked for and is taken, and say the way out", async () => {
        const { api } = await choosePorts(at, nothing, undefined);
        await occupy(api);
        await assert.rejects(choosePorts(at, nothing, api), (error: Error) => {
            assert.match(error.message, new RegExp(`AIRFLOW_LINKERD_API_PORT is ${String(api)}`));
            assert.match(error.message, /unset the variable/);
            return true;
        });
    });

    it("give the API server the port that was asked for", async () => {
        const { api } = await choosePorts(at, nothing, undefined);
        const chosen = await choosePorts(place(`${at.root}`), nothing, api + 5000);
        assert.equal(chosen.api, api + 5000);
    });

    it("refuse what is no port", () => {
        assert.equal(askedApiPort(""), undefined);
        assert.throws(() => askedApiPort("https"), /AIRFLOW_LINKERD_API_PORT is "https": give a port from 1 to 65535/);
        assert.throws(() => askedApiPort("65536"), /from 1 to 65535/);
    });
});
