import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pgbouncerIni } from "../../../../../components/airflow/database/pgbouncer-config.ts";
import { checkout } from "../../../../../rehearsal/place.ts";

const standIn = join(checkout, "rehearsal/cluster/node/process/image/pgbouncer.ts");

describe("the stand-in for PgBouncer", () => {
    const ini = pgbouncerIni({ host: "db.example.com", port: 5433, name: "airflow" }, { server: 20, clients: 500 });
    let folder: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-pgbouncer-"));
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    /** What it says of a file that it does not go to work with. */
    function refusal(text: string): string {
        const file = join(folder, "pgbouncer.ini");
        writeFileSync(file, text);
        const { status, stderr } = spawnSync(process.execPath, [standIn, file], { encoding: "utf8", timeout: 15_000 });
        assert.equal(status, 1, stderr);
        return stderr;
    }

    it("takes the file that the platform writes, up to the authority, which only a pod has", () => {
        const authority = join(folder, "ca.crt");
        assert.ok(ini.includes("/etc/airflow-database/ca.crt"));
        assert.match(refusal(ini.replace("/etc/airflow-database/ca.crt", authority)), /ENOENT.*ca\.crt/);
    });

    it("refuses to talk to a server that it cannot verify", () => {
        assert.match(refusal(ini.replace("verify-full", "prefer")), /must .*verify its server in full/);
    });

    it("says what a file lacks", () => {
        assert.match(refusal("[pgbouncer]\n"), /must name one database by host and port/);
    });

    it("is found by the name that the pod's hook calls it by", async () => {
        const file = join(folder, "pgbouncer.ini");
        const authority = join(folder, "ca.crt");
        writeFileSync(authority, "");
        const listening = ini
            .replace("/etc/airflow-database/ca.crt", authority)
            .replace(/listen_port = \d+/, "listen_port = 0");
        writeFileSync(file, listening);
        const child = spawn(process.execPath, [standIn, file], { stdio: ["ignore", "pipe", "inherit"] });
        try {
            await once(child.stdout, "data");
            assert.equal(readFileSync(`/proc/${String(child.pid)}/comm`, "utf8"), "pgbouncer\n");
        } finally {
            child.kill("SIGKILL");
        }
    });
});

describe("the stand-in for killall", () => {
    const killall = join(checkout, "rehearsal/cluster/node/process/image/killall.sh");

    it("signals who has the name, and fails when nobody has it", async () => {
        // A name of its own: whatever else has this one on the machine would be signalled.
        const name = `own-${String(process.pid)}`;
        const program = `process.title = "${name}"; console.log("up"); setInterval(() => {}, 1000)`;
        const child = spawn(process.execPath, ["--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
        await once(child.stdout, "data");
        const gone = once(child, "exit");
        assert.equal(spawnSync(killall, ["-INT", name]).status, 0);
        assert.deepEqual(await gone, [null, "SIGINT"]);
        assert.equal(spawnSync(killall, ["-INT", name]).status, 1);
    });
});
