import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { postgresqlInstallation } from "../../rehearsal/airflow/postgresql.ts";
import { checkout } from "../../rehearsal/place.ts";
import { freePort, TestProcess } from "../system/login/process.ts";

export interface RealPostgres {
    /** For SQLAlchemy, as the server's own user. */
    readonly url: string;
    readonly port: number;
    /** The file that it logs into. */
    readonly log: string;
}

/** A real server in the folder, with the database and user `airflow`. `stops` takes what ends it. */
export async function startPostgres(
    root: string,
    stops: (() => Promise<void>)[],
    settings: Readonly<Record<string, string>> = {},
): Promise<RealPostgres> {
    const { bin } = await postgresqlInstallation();
    const port = await freePort();
    const data = join(root, "postgres");
    mkdirSync(data, { mode: 0o700 });
    const users = join(root, "passwd");
    writeFileSync(users, "postgres:x:999:999::/:/bin/sh\n");
    const password = randomBytes(16).toString("hex");
    const log = join(root, "postgres.log");
    // PostgreSQL refuses to be root, and wants a user that has a name: in here it is nobody else.
    const inside = ["--die-with-parent", "--unshare-user", "--uid", "999", "--gid", "999", "--dev-bind", "/", "/"];
    const entrypoint = [process.execPath, join(checkout, "rehearsal/airflow/postgres-entrypoint.ts"), bin];
    const asked = Object.entries({ port: String(port), ...settings }).flatMap(([name, value]) => [
        "-c",
        `${name}=${value}`,
    ]);
    const server = new TestProcess(
        "bwrap",
        [...inside, "--ro-bind", users, "/etc/passwd", ...entrypoint, ...asked],
        {
            PATH: process.env.PATH,
            PGDATA: data,
            POSTGRES_USER: "airflow",
            POSTGRES_DB: "airflow",
            POSTGRES_PASSWORD: password,
            REHEARSAL_SOCKETS: root,
        },
        log,
    );
    // A fast shutdown, asked of the server itself, so that all of it has ended when bubblewrap does.
    stops.push(async () => {
        const file = join(data, "postmaster.pid");
        await (existsSync(file)
            ? server.stop(Number(readFileSync(file, "utf8").split("\n")[0]), "SIGINT")
            : server.stop());
    });
    await server.until("it took connections", () => {
        const { status } = spawnSync(join(bin, "pg_isready"), ["--quiet", "--host", root, "--port", String(port)]);
        return Promise.resolve(status === 0 && existsSync(data));
    });
    return { url: `postgresql+psycopg2://airflow:${password}@127.0.0.1:${port}/airflow`, port, log };
}
