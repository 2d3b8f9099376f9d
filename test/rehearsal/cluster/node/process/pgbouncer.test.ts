import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
});
