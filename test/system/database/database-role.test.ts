import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Authority } from "../../../rehearsal/cluster/certificates.ts";
import { master, masterSecret, own, RdsLikeServer } from "./rds-like-server.ts";

describe("The Job that makes Airflow's database user", () => {
    let server: RdsLikeServer;

    before(async () => {
        server = await RdsLikeServer.start();
        await Authority.open(server.root, "other-ca");
        await sql("CREATE DATABASE somebody_elses");
    });

    after(() => server?.stop());

    const sql = (query: string, url?: string) => server.sql(query, url);
    const job = (changes?: Record<string, string>, password?: string) => server.makeRole(changes, password);
    const as = (password: string, database: string) => server.address(own, password, database);

    it("verifies the server by name and by authority before it sends a password", async () => {
        const byName = await job({ DATABASE_HOST: "127.0.0.1" });
        assert.notEqual(byName.code, 0);
        assert.match(byName.output, /server certificate for "localhost".*does not match host name "127\.0\.0\.1"/);
        const byAuthority = await job({ DATABASE_AUTHORITY: join(server.root, "other-ca.crt") });
        assert.notEqual(byAuthority.code, 0);
        assert.match(byAuthority.output, /certificate verify failed/);
        assert.deepEqual(await sql("SELECT 1 FROM pg_roles WHERE rolname = 'airflow_app'"), []);
    });

    it("makes a user that can log in, and its database, by a user that is no superuser", async () => {
        const { code, output } = await job();
        assert.equal(code, 0, output);
        assert.deepEqual(await sql("SELECT current_user", as("first-password", "airflow_app")), ["airflow_app"]);
        assert.deepEqual(server.secrets.asked.slice(-1), [masterSecret]);
    });

    it("gives it no power beyond its database", async () => {
        const powers = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls";
        assert.deepEqual(await sql(`SELECT ${powers} FROM pg_roles WHERE rolname = 'airflow_app'`), [
            "False|False|False|False|False",
        ]);
        const owned = "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = 'airflow_app'";
        assert.deepEqual(await sql(owned), ["airflow_app"]);
        const memberships = "SELECT 1 FROM pg_auth_members WHERE pg_get_userbyid(member) = 'airflow_app'";
        assert.deepEqual(await sql(memberships), []);
        for (const attempt of ["CREATE ROLE other", "CREATE DATABASE other", "ALTER ROLE airflow_app CREATEDB"]) {
            await assert.rejects(sql(attempt, as("first-password", "airflow_app")), /permission denied/, attempt);
        }
        await assert.rejects(sql("SELECT 1", as("first-password", "postgres")), /permission denied for database/);
    });

    it("leaves nobody a member of it who could act in its name", async () => {
        // PostgreSQL gives who makes a user the right to change it, without the right to be it.
        const members = `SELECT pg_get_userbyid(member), inherit_option, set_option FROM pg_auth_members
            WHERE pg_get_userbyid(roleid) = 'airflow_app'`;
        assert.deepEqual(await sql(members), ["platform_admin|False|False"]);
    });

    it("closes the database and its schema to everybody else", async () => {
        await sql("CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
        const stranger = `postgresql://stranger:stranger@localhost:${server.postgres.port}`;
        await assert.rejects(sql("SELECT 1", `${stranger}/airflow_app`), /permission denied for database/);
        await assert.rejects(sql("SELECT 1", `${stranger}/postgres`), /permission denied for database/);
        const inside = as("first-password", "airflow_app");
        assert.deepEqual(await sql("SELECT has_schema_privilege('stranger', 'public', 'USAGE')", inside), ["False"]);
        await sql("CREATE TABLE public.own (id int)", inside);
    });

    it("changes nothing when it runs again", async () => {
        const before = await fingerprint();
        const { code, output } = await job();
        assert.equal(code, 0, output);
        assert.doesNotMatch(output, /changed/);
        assert.match(output, /airflow_app owns airflow_app on localhost/);
        assert.deepEqual(await fingerprint(), before);
    });

    it("gives the user another password, and takes away the one before", async () => {
        const { code, output } = await job({}, "second-password");
        assert.equal(code, 0, output);
        assert.match(output, /^changed: gave the user airflow_app its password$/m);
        await sql("SELECT 1", as("second-password", "airflow_app"));
        await assert.rejects(sql("SELECT 1", as("first-password", "airflow_app")), /password authentication failed/);
    });

    it("shows no password: not in its own output, not to the server's log", async () => {
        const { output } = await job({}, "third-password");
        const log = readFileSync(server.postgres.log, "utf8");
        assert.match(log, /ALTER ROLE "airflow_app" LOGIN PASSWORD 'SCRAM-SHA-256\$/);
        for (const secret of ["first-password", "second-password", "third-password", master.password]) {
            assert.ok(!output.includes(secret));
            assert.ok(!log.includes(secret));
        }
    });

    it("refuses a database that is somebody else's", async () => {
        const { code, output } = await job({ DATABASE_NAME: "somebody_elses" }, "third-password");
        assert.equal(code, 1, output);
        assert.match(output, /database somebody_elses is there and belongs to airflow: it is not Airflow's/);
    });

    it("refuses a user that has powers, and changes nothing about it", async () => {
        await sql("CREATE ROLE mighty LOGIN CREATEDB CREATEROLE");
        const { code, output } = await job({ DATABASE_ROLE: "mighty" });
        assert.equal(code, 1, output);
        assert.match(output, /mighty is there and has CREATEROLE, CREATEDB: it is not one that Airflow may use/);
        assert.deepEqual(await sql("SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = 'mighty'"), ["True"]);
    });

    it("takes names that mean something in SQL as they are", async () => {
        const odd = 'air"flow; DROP ROLE airflow_app; --';
        const { code, output } = await job({ DATABASE_ROLE: odd, DATABASE_NAME: odd });
        assert.equal(code, 0, output);
        assert.deepEqual(await sql("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'air\"flow%'"), ["1"]);
        assert.deepEqual(await sql("SELECT count(*) FROM pg_roles WHERE rolname = 'airflow_app'"), ["1"]);
    });

    /** All that the Job could change. */
    async function fingerprint(): Promise<string[]> {
        const role =
            "SELECT rolpassword, rolsuper, rolcreatedb, rolcanlogin, xmin FROM pg_authid WHERE rolname = 'airflow_app'";
        const database =
            "SELECT datdba, datacl, xmin FROM pg_database WHERE datname IN ('airflow_app', 'postgres') ORDER BY oid";
        const members = "SELECT oid, xmin FROM pg_auth_members ORDER BY oid";
        return (await Promise.all([role, database, members].map((query) => sql(query)))).flat();
    }
});
