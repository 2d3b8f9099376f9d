import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { databaseRoleScript, scriptFile } from "../../../components/airflow/database/database-role-pod.ts";
import { loginModules } from "../../../components/airflow/database/team-logins/team-logins-pod.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { Authority } from "../../../rehearsal/cluster/certificates.ts";
import { type RealPostgres, startPostgres } from "../../support/real-postgres.ts";
import { startSecretsManager } from "./secrets-manager.ts";

export const masterSecret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-1-AbCdEf";

/** As RDS makes its master user: it may make users and databases, and is no superuser. */
export const master = { username: "platform_admin", password: 'master\'s "secret"' };

/** Airflow's own user, and its database. */
export const own = "airflow_app";

export interface Result {
    readonly code: number;
    readonly output: string;
}

/** A real PostgreSQL server as RDS makes one: over TLS, its master user no superuser, that user's password in AWS. */
export class RdsLikeServer {
    readonly root: string;
    readonly authorityFile: string;
    readonly postgres: RealPostgres;
    readonly secrets: Awaited<ReturnType<typeof startSecretsManager>>;
    readonly #bin: string;
    readonly #stops: readonly (() => Promise<unknown>)[];

    private constructor(
        root: string,
        bin: string,
        authorityFile: string,
        postgres: RealPostgres,
        secrets: Awaited<ReturnType<typeof startSecretsManager>>,
        stops: readonly (() => Promise<unknown>)[],
    ) {
        this.root = root;
        this.#bin = bin;
        this.authorityFile = authorityFile;
        this.postgres = postgres;
        this.secrets = secrets;
        this.#stops = stops;
    }

    static async start(): Promise<RdsLikeServer> {
        const root = mkdtempSync(join(tmpdir(), "rds-like-server-"));
        const stops: (() => Promise<void>)[] = [];
        const { bin } = await airflowInstallation("3.3.2", console.log);
        const authority = await Authority.open(root, "ca");
        const files = await authority.issue("server", { commonName: "server", hosts: ["localhost"] });
        const postgres = await startPostgres(root, stops, {
            ssl: "on",
            ssl_cert_file: files.certificateFile,
            ssl_key_file: files.keyFile,
            log_statement: "all",
        });
        const secrets = await startSecretsManager({ [masterSecret]: JSON.stringify(master) });
        const server = new RdsLikeServer(root, bin, authority.certificateFile, postgres, secrets, [
            ...stops,
            secrets.close,
        ]);
        const password = master.password.replace("'", "''");
        await server.sql(`CREATE ROLE ${master.username} LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`);
        await server.sql(`ALTER DATABASE postgres OWNER TO ${master.username}`);
        return server;
    }

    async stop(): Promise<void> {
        for (const stop of [...this.#stops].reverse()) {
            await stop();
        }
        rmSync(this.root, { recursive: true });
    }

    /** Runs Airflow's Python. */
    run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
        return new Promise((resolve) => {
            const options = {
                env: { PATH: `${this.#bin}:${process.env.PATH ?? ""}`, ...env },
                maxBuffer: 64 * 1024 ** 2,
            };
            execFile(join(this.#bin, "python"), ["-B", ...args], options, (error, stdout, stderr) => {
                const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
                resolve({ code, output: stdout + stderr });
            });
        });
    }

    /** Rows of a query, columns joined by `|`, as the server's superuser or as another. */
    async sql(query: string, url = this.postgres.url.replace("+psycopg2", "")): Promise<string[]> {
        const program =
            "import psycopg2, sys; c = psycopg2.connect(sys.argv[1]); c.autocommit = True; k = c.cursor(); k.execute(sys.argv[2]); " +
            "[print('|'.join(map(str, row))) for row in (k.fetchall() if k.description else [])]";
        const { code, output } = await this.run(["-c", program, url, query]);
        if (code !== 0) {
            throw new Error(output);
        }
        return output.split("\n").filter((line) => line !== "");
    }

    /** The Job that makes Airflow's user and database, as its pod starts it. */
    makeRole(changes: Readonly<Record<string, string>> = {}, password = "first-password"): Promise<Result> {
        const passwordFile = join(this.root, "password");
        writeFileSync(passwordFile, password);
        const folder = join(this.root, "role");
        mkdirSync(folder, { recursive: true });
        for (const [name, source] of Object.entries({ [scriptFile]: databaseRoleScript, ...loginModules })) {
            writeFileSync(join(folder, name), source);
        }
        return this.run([join(folder, scriptFile)], {
            ...this.secrets.environment,
            DATABASE_HOST: "localhost",
            DATABASE_PORT: String(this.postgres.port),
            DATABASE_ROLE: own,
            DATABASE_NAME: own,
            DATABASE_AUTHORITY: this.authorityFile,
            DATABASE_PASSWORD_FILE: passwordFile,
            MASTER_SECRET_ARN: masterSecret,
            ...changes,
        });
    }

    /** An address of the server for a user, as psycopg2 takes it. */
    address(user: string, password: string, database: string): string {
        const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        return `postgresql://${credentials}@localhost:${this.postgres.port}/${database}?sslmode=require`;
    }
}
