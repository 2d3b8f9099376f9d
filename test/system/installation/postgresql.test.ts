import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { postgresqlInstallation } from "../../../rehearsal/airflow/postgresql.ts";
import { checkout } from "../../../rehearsal/place.ts";

describe("The rehearsal's PostgreSQL", () => {
    let root: string;
    let bin: string;

    before(async () => {
        ({ bin } = await postgresqlInstallation());
    });

    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "postgresql-"));
        mkdirSync(join(root, "data"));
        writeFileSync(join(root, "passwd"), "postgres:x:999:999::/:/bin/sh\n");
    });

    afterEach(() => {
        rmSync(root, { recursive: true });
    });

    /** The entry point with arguments that make the server say something and end. */
    function entrypoint(env: NodeJS.ProcessEnv, args: readonly string[]) {
        const inside = ["--unshare-user", "--uid", "999", "--gid", "999", "--dev-bind", "/", "/"];
        const script = join(checkout, "rehearsal/airflow/postgres-entrypoint.ts");
        const server = [process.execPath, script, bin, ...args];
        return spawnSync("bwrap", [...inside, "--ro-bind", join(root, "passwd"), "/etc/passwd", ...server], {
            env: { PATH: process.env.PATH, PGDATA: join(root, "data"), ...env },
            encoding: "utf8",
        });
    }

    it("is the release that the platform's image has", () => {
        const { stdout } = spawnSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" });
        assert.match(stdout, /PostgreSQL\) 17\.6$/m);
    });

    it("takes its settings from the pod's arguments", () => {
        const { stdout, stderr } = entrypoint({ POSTGRES_PASSWORD: "s3cret" }, ["-c", "port=6000", "-C", "port"]);
        assert.match(stdout, /^6000$/m, stderr);
    });

    it("reads the password from a file, and keeps a database that is there", () => {
        const file = join(root, "password");
        writeFileSync(file, "s3cret\n");
        const env = { POSTGRES_PASSWORD_FILE: file, POSTGRES_USER: "airflow", POSTGRES_DB: "airflow" };
        assert.equal(entrypoint(env, ["-C", "port"]).status, 0);
        const again = entrypoint({}, ["-C", "port"]);
        assert.equal(again.status, 0, again.stderr);
        assert.equal(again.stdout.trim(), "5432");
    });

    it("makes no database without a password", () => {
        const { status, stderr } = entrypoint({}, ["-C", "port"]);
        assert.notEqual(status, 0);
        assert.match(stderr, /POSTGRES_PASSWORD is empty and PGDATA is too/);
    });

    it("leaves nothing behind of a database that could not be made", () => {
        const env = { POSTGRES_PASSWORD: "s3cret", POSTGRES_DB: "template1" };
        assert.match(entrypoint(env, ["-C", "port"]).stderr, /already exists/);
        assert.deepEqual(readdirSync(join(root, "data")), []);
    });

    it("says that nothing answers where no server is", () => {
        const { status, stdout } = spawnSync(join(bin, "pg_isready"), ["--host", root], { encoding: "utf8" });
        assert.equal(status, 2);
        assert.match(stdout, /no response/);
    });
});
