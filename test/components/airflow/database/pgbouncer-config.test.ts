import assert from "node:assert/strict";

import fc from "fast-check";

import { defaultSizes } from "../../../../components/airflow/airflow-sizes.ts";
import { pgbouncerIni, pgbouncerUsers, poolSize } from "../../../../components/airflow/database/pgbouncer-config.ts";

const size = { server: 20, clients: 500 };
const database = { host: "db.example.com", port: 5432, name: "airflow" };

describe("PgBouncer's configuration", () => {
    it("verifies the server by name and authority", () => {
        const ini = pgbouncerIni(database, size);
        assert.match(ini, /^server_tls_sslmode = verify-full$/m);
        assert.match(ini, /^server_tls_ca_file = \/etc\/airflow-database\/ca\.crt$/m);
        assert.match(ini, /^"airflow" = host='db\.example\.com' port=5432 dbname='airflow' pool_size=20$/m);
    });

    it("asks its clients for a password by SCRAM, on the port that the chart's Service has", () => {
        const ini = pgbouncerIni(database, size);
        assert.match(ini, /^auth_type = scram-sha-256$/m);
        assert.match(ini, /^auth_file = \/etc\/pgbouncer\/users\.txt$/m);
        assert.match(ini, /^listen_port = 6543$/m);
    });

    it("survives what Airflow's drivers send", () => {
        const ini = pgbouncerIni(database, size);
        assert.match(ini, /^ignore_startup_parameters = extra_float_digits$/m);
        assert.match(ini, /^max_prepared_statements = [1-9]\d*$/m);
        assert.match(ini, /^pool_mode = transaction$/m);
    });

    it("lets no name or password begin another entry", () => {
        const text = fc.string({ unit: "grapheme" });
        fc.assert(
            fc.property(text, text, (user, password) => {
                if (/[\r\n\0]/.test(user + password)) {
                    assert.throws(() => pgbouncerUsers([{ user, password }]), /holds a line break/);
                    return;
                }
                const line = pgbouncerUsers([{ user, password }]);
                const entry = /^"((?:[^"]|"")*)" "((?:[^"]|"")*)"\n$/.exec(line);
                assert.ok(entry);
                assert.deepEqual(
                    entry.slice(1).map((part) => part.replaceAll('""', '"')),
                    [user, password],
                );
            }),
        );
        assert.match(pgbouncerIni({ ...database, name: "a' host='evil" }, size), /dbname='a'' host=''evil'/);
        assert.throws(() => pgbouncerIni({ ...database, name: "a\nauth_type = any" }, size), /name holds a line break/);
    });

    it("shares the server's connections among the replicas, and lets each serve all of Airflow alone", () => {
        assert.deepEqual(poolSize(defaultSizes, true, 40), { server: 20, clients: 500 });
        assert.deepEqual(poolSize(defaultSizes, false, 40), { server: 40, clients: 500 });
        const many = { ...defaultSizes, apiServer: { ...defaultSizes.apiServer, replicas: 20 } };
        assert.deepEqual(poolSize(many, true, 41), { server: 20, clients: 50 * 26 });
        assert.match(pgbouncerIni(database, { server: 7, clients: 1300 }), /pool_size=7$[^]*^max_client_conn = 1300$/m);
    });
});
