import assert from "node:assert/strict";

import { loginsOf, TeamLogins } from "../../../../components/airflow/database/team-logins/team-logins.ts";
import { rightsDigest } from "../../../../components/airflow/database/team-logins/team-logins-pod.ts";
import { TeamRights } from "../../../../components/airflow/database/team-logins/team-rights.ts";
import { pgbouncerIni, poolSize } from "../../../../components/airflow/database/pgbouncer-config.ts";
import { defaultSizes } from "../../../../components/airflow/airflow-sizes.ts";
import { underMocks } from "../../../support/mocks.ts";

describe("TeamLogins", () => {
    const create = () =>
        underMocks(
            ["random:index/randomPassword:RandomPassword", "kubernetes:core/v1:Secret"],
            () => new TeamLogins("logins", { namespace: "airflow", teams: ["analytics", "billing"] }),
        );

    it("gives each team's DAG processor and triggerer a password of its own, which nobody sees", async () => {
        const { made, registered } = await create();
        const logins = ["analytics", "billing"].flatMap((team) => Object.values(loginsOf(team)));
        assert.deepEqual(Object.keys(made.passwords), logins);
        assert.equal(registered.ofType("random:index/randomPassword:RandomPassword").length, 4);
        const file = JSON.parse(registered.secret("logins-passwords", "stringData.passwords\\.json")) as object;
        assert.deepEqual(Object.keys(file), logins);
    });
});

describe("TeamRights", () => {
    const create = (teams: readonly string[], version = "3.3.2") =>
        underMocks(
            ["kubernetes:core/v1:ServiceAccount", "kubernetes:core/v1:ConfigMap", "kubernetes:batch/v1:Job"],
            () =>
                new TeamRights("rights", {
                    namespace: "airflow",
                    version,
                    databaseAuthority: { configMap: { name: "authority" } },
                    teams,
                }),
        );

    it("runs past PgBouncer as the owner of the tables, without a token, and reads passwords from a file", async () => {
        const { registered } = await create(["analytics"]);
        const container = "spec.template.spec.containers.0";
        const env = registered.input("rights-job", `${container}.env`) as { name: string; value?: string }[];
        assert.deepEqual(
            env.map(({ name, value }) => [name, value]),
            [
                ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", undefined],
                ["TEAM_PASSWORDS_FILE", "/etc/airflow-team-logins/passwords.json"],
                ["TEAMS", '["analytics"]'],
            ],
        );
        assert.equal(
            registered.input("rights-job", `${container}.env.0.valueFrom.secretKeyRef.name`),
            "airflow-metadata-direct",
        );
        assert.equal(registered.input("rights-job", "spec.template.spec.automountServiceAccountToken"), false);
    });

    it("runs again after a migration and for other teams, and else not", () => {
        assert.equal(rightsDigest("3.3.2", ["a"]), rightsDigest("3.3.2", ["a"]));
        assert.notEqual(rightsDigest("3.3.2", ["a"]), rightsDigest("3.3.3", ["a"]));
        assert.notEqual(rightsDigest("3.3.2", ["a"]), rightsDigest("3.3.2", ["a", "b"]));
    });
});

describe("PgBouncer, with teams' logins", () => {
    const database = { host: "db.example.com", port: 5432, name: "airflow" };

    it("gives each a small pool of its own", () => {
        const ini = pgbouncerIni(database, { server: 20, clients: 500 }, [loginsOf("analytics").parsing]);
        assert.match(ini, /^\[users\]\n"airflow-parse-analytics" = max_user_connections=3$/m);
        assert.doesNotMatch(pgbouncerIni(database, { server: 20, clients: 500 }), /\[users\]/);
    });

    it("takes as many clients as there are processors and triggerers", () => {
        assert.equal(poolSize(defaultSizes, false, 40, 100).clients, 50 * (4 + 200));
    });
});
