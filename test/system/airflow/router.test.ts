import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { end, hold, inside, type NetworkHolder } from "../../../rehearsal/cluster/node/process/network/namespaces.ts";
import { GATEWAY, Router } from "../../../rehearsal/cluster/node/process/network/router.ts";

const calling = `
    const socket = require("node:net").connect({ host: process.argv[1], port: 1, timeout: 2000 });
    socket.on("error", ({ code }) => console.log(code));
    socket.on("timeout", () => { console.log("silence"); process.exit(); });
`;

describe("the router between pods", () => {
    let folder: string;
    let router: Router;
    const pods: NetworkHolder[] = [];

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-router-"));
        router = await Router.open(folder, process.env);
    });

    after(() => {
        [...pods, router.holder].forEach(end);
        rmSync(folder, { recursive: true });
    });

    async function pod(address: string): Promise<NetworkHolder> {
        const holder = await hold([...inside(router.holder), "unshare", "--net"], process.env);
        pods.push(holder);
        await router.attach(holder, address);
        return holder;
    }

    /** What a call to a port that nobody listens on comes to. */
    async function called(from: NetworkHolder, address: string): Promise<string> {
        const [program = "", ...enter] = inside(from);
        const { stdout } = await promisify(execFile)(program, [...enter, process.execPath, "--eval", calling, address]);
        return stdout.trim();
    }

    it("lets nothing through before it has rules, nor from an address that they do not know", async () => {
        const first = await pod("10.244.0.2");
        assert.equal(await called(first, GATEWAY), "silence");
        await router.govern([{ address: "10.244.0.3" }]);
        assert.equal(await called(first, GATEWAY), "silence");
        await router.govern([{ address: "10.244.0.2" }]);
        assert.equal(await called(first, GATEWAY), "ECONNREFUSED");
    });

    it("is reached at once by the others when a pod goes, and by the next that has its address", async () => {
        await router.govern(["10.244.0.2", "10.244.0.3"].map((address) => ({ address })));
        const [first] = pods;
        const second = await pod("10.244.0.3");
        assert.ok(first);
        assert.equal(await called(second, "10.244.0.2"), "ECONNREFUSED");
        // The network of a pod takes a moment to go, and the next pod may be quicker.
        const again = await pod("10.244.0.2");
        end(first);
        assert.equal(await called(second, GATEWAY), "ECONNREFUSED");
        assert.equal(await called(again, GATEWAY), "ECONNREFUSED");
        assert.equal(await called(second, "10.244.0.2"), "ECONNREFUSED");
    });

    it("says at once that a pod is not there", async () => {
        assert.equal(await called(pods[1] as NetworkHolder, "10.244.9.9"), "EHOSTUNREACH");
    });

    it("is found again by the next node", async () => {
        const found = await Router.open(folder, process.env);
        assert.deepEqual(found.holder, router.holder);
    });
});
