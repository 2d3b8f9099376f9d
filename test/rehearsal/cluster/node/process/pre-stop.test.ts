import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

import { preStop } from "../../../../../rehearsal/cluster/node/process/pre-stop.ts";
import { type Probed } from "../../../../../rehearsal/cluster/node/process/probe-attempt.ts";

describe("what a container wants done before it ends", () => {
    const refused = () => assert.fail("nobody is called");
    const probed: Probed = {
        container: { name: "main" },
        podIP: "127.0.0.1",
        dial: refused,
        isOpen: refused,
        execute: refused,
    };

    it("is a command inside, which has all of the grace", async () => {
        const seen: unknown[] = [];
        const execute: Probed["execute"] = (command, seconds) => {
            seen.push([command, seconds]);
            return Promise.resolve({ exitCode: 0, output: "" });
        };
        assert.equal(await preStop({ exec: { command: ["drain", "all"] } }, { ...probed, execute }, 30), undefined);
        assert.deepEqual(seen, [[["drain", "all"], 30]]);
    });

    it("says what a command that fails, or takes too long, came to", async () => {
        const ended = (exitCode: number | undefined) => ({
            ...probed,
            execute: () => Promise.resolve({ exitCode, output: "no such process" }),
        });
        const hook = { exec: { command: ["drain"] } };
        assert.equal(await preStop(hook, ended(1), 30), "exit code 1 no such process");
        assert.equal(await preStop(hook, ended(undefined), 30), "took longer than 30 s no such process");
    });

    it("is a request to the pod, whose answer is waited for", async () => {
        const server = createServer((request, response) => {
            response.writeHead(request.url === "/shutdown/ready" ? 200 : 404).end();
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        const dial: Probed["dial"] = (address, wanted) => connect(wanted, address);
        try {
            const ready = { httpGet: { path: "/shutdown/ready", port } };
            assert.equal(await preStop(ready, { ...probed, dial }, 5), undefined);
            const wrong = { httpGet: { path: "/elsewhere", port } };
            assert.equal(await preStop(wrong, { ...probed, dial }, 5), "HTTP status 404");
        } finally {
            server.close();
        }
    });

    it("is a pause, which ends with the grace at the latest", async () => {
        const since = performance.now();
        assert.equal(await preStop({ sleep: { seconds: 600 } }, probed, 0.05), undefined);
        assert.ok(performance.now() - since < 5000);
    });

    it("is refused where it is of a kind that a node does not know", async () => {
        assert.match((await preStop({ tcpSocket: { port: 1 } }, probed, 5)) ?? "", /not known/);
    });
});
