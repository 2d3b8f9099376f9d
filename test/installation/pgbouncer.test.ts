import assert from "node:assert/strict";

import { pgbouncerIni } from "../../components/airflow/pgbouncer-config.ts";
import { readPgBouncerConfig } from "../../rehearsal/airflow/pgbouncer-config.ts";

describe("The stand-in for PgBouncer", () => {
    const ini = pgbouncerIni({ host: "db.example.com", port: 5433, name: "it's" });

    it("reads the file that the platform writes", () => {
        assert.deepEqual(readPgBouncerConfig(ini), {
            listenPort: 6543,
            host: "db.example.com",
            port: 5433,
            authorityFile: "/etc/airflow-database/ca.crt",
        });
    });

    it("refuses to talk to a server that it cannot verify", () => {
        assert.throws(
            () => readPgBouncerConfig(ini.replace("verify-full", "prefer")),
            /^Error: server_tls_sslmode is "prefer": it must be verify-full/,
        );
    });

    it("says what a file lacks", () => {
        assert.throws(() => readPgBouncerConfig("[pgbouncer]\n"), /has no \[databases\]/);
    });
});
