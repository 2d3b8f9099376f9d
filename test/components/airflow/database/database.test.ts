import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { Database, type DatabaseArgs } from "../../../../components/airflow/database/database.ts";
import { madeUpValue } from "../../../../rehearsal/recording/made-up.ts";
import { underMocks, value } from "../../../support/mocks.ts";
import { databaseKinds } from "./database-kinds.ts";

const inCluster: DatabaseArgs["database"] = { kind: "in-cluster", storageGb: 2 };
const pod = "spec.template.spec";

async function database(kind: DatabaseArgs["database"], kinds = databaseKinds) {
    return underMocks(kinds, () => new Database("database", { namespace: "airflow", database: kind }));
}

describe("Database in the cluster", () => {
    const server = "database-postgres-server";

    it("takes only encrypted connections with a password", async () => {
        const { registered } = await database(inCluster);
        assert.equal(
            registered.input("database-postgres-rules", "data.pg_hba\\.conf"),
            "local all all trust\nhostssl all all all scram-sha-256\n",
        );
        const args = registered.input(server, `${pod}.containers.0.args`) as string[];
        assert.ok(args.includes("ssl=on"));
        assert.ok(args.includes("hba_file=/etc/postgresql/rules/pg_hba.conf"));
        assert.ok(args.includes("password_encryption=scram-sha-256"));
    });

    it("is called by the one name that its certificate, its Service and its clients agree on", async () => {
        const { made, registered } = await database(inCluster);
        assert.equal(made.connection.host, "airflow-postgresql.airflow.svc.cluster.local");
        const names = registered.input("database-postgres-certificate-server", "spec.dnsNames") as string[];
        assert.ok(names.includes(made.connection.host));
        assert.equal(registered.input("database-postgres-service", "metadata.name"), "airflow-postgresql");
        assert.equal(registered.input(server, "spec.serviceName"), "airflow-postgresql");
    });

    it("selects its pod by the same labels everywhere", async () => {
        const { registered } = await database(inCluster);
        const labels = { tier: "airflow", component: "postgresql", release: "airflow" };
        assert.deepEqual(registered.input(server, "spec.template.metadata.labels"), labels);
        assert.deepEqual(registered.input(server, "spec.selector.matchLabels"), labels);
        assert.deepEqual(registered.input("database-postgres-service", "spec.selector"), labels);
    });

    it("is opaque to Linkerd on Service and pod alike", async () => {
        const { registered } = await database(inCluster);
        const port = "annotations.config\\.linkerd\\.io/opaque-ports";
        assert.equal(registered.input("database-postgres-service", `metadata.${port}`), "5432");
        assert.equal(registered.input(server, `spec.template.metadata.${port}`), "5432");
    });

    it("runs under an account of its own, without a token, without rights, as an ordinary user", async () => {
        const { registered } = await database(inCluster);
        assert.equal(registered.input(server, `${pod}.serviceAccountName`), "airflow-postgresql");
        assert.equal(registered.input(server, `${pod}.automountServiceAccountToken`), false);
        assert.equal(registered.input("database-postgres-account", "automountServiceAccountToken"), false);
        assert.equal(registered.input(server, `${pod}.securityContext.runAsNonRoot`), true);
        assert.deepEqual(registered.input(server, `${pod}.containers.0.securityContext`), {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        });
    });

    it("gets its password by a file, and keeps it secret", async () => {
        const { made, registered } = await database(inCluster);
        const password = madeUpValue("database-password", "result");
        assert.equal(registered.secret("database-postgres-password", "stringData.password"), password);
        assert.equal(await value(made.connection.password), password);
        assert.ok(await pulumi.isSecret(made.connection.password));
        const env = registered.input(server, `${pod}.containers.0.env`);
        assert.ok(!JSON.stringify(env).includes(password));
    });

    it("shows its clients the authority, and not the server's key", async () => {
        const { made, registered } = await database(inCluster);
        assert.deepEqual(made.connection.authorityVolume, {
            secret: { secretName: "airflow-postgresql-tls", items: [{ key: "ca.crt", path: "ca.crt" }] },
        });
        assert.equal(
            registered.input("database-postgres-certificate-server", "spec.secretName"),
            "airflow-postgresql-tls",
        );
    });

    it("starts only with its certificate issued", async () => {
        const { registered } = await database(inCluster);
        assert.ok(registered.dependenciesOf(server).includes("database-postgres-certificate-server"));
    });

    it("keeps its data on a volume of the size that the stack asks for", async () => {
        const { registered } = await database(inCluster);
        assert.equal(registered.input(server, "spec.volumeClaimTemplates.0.spec.resources.requests.storage"), "2Gi");
    });

    it("is ready only when it answers itself: not the proxy, not the image's set-up", async () => {
        const { registered } = await database(inCluster);
        for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
            const command = registered.input(server, `${pod}.containers.0.${probe}.exec.command`) as string[];
            assert.deepEqual(command.slice(0, 3), ["pg_isready", "--host", "127.0.0.1"]);
        }
    });
});

describe("Database elsewhere", () => {
    it("makes nothing but the authority's ConfigMap, and keeps the password secret", async () => {
        const { made, registered } = await database(
            {
                kind: "external",
                host: "db.example.com",
                port: 5433,
                name: "metadata",
                user: "platform",
                password: "hunter2",
                authorityPem: "a certificate",
            },
            ["kubernetes:core/v1:ConfigMap"],
        );
        assert.deepEqual(registered.get("database-authority").inputs.data, { "ca.crt": "a certificate" });
        const { host, port, name, user, authorityVolume, password } = made.connection;
        assert.deepEqual([host, port, name, user], ["db.example.com", 5433, "metadata", "platform"]);
        assert.deepEqual(authorityVolume, { configMap: { name: "airflow-database-authority" } });
        assert.ok(await pulumi.isSecret(password));
    });
});
