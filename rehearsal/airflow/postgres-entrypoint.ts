// Stands in for the entry point of PostgreSQL's image, whose environment and arguments it takes: an empty PGDATA gets
// the user, the password and the database, and then this process becomes the server.
//
//     node postgres-entrypoint.ts <folder of the server's programs> [argument of postgres]…
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [programs = missing(), ...given] = process.argv.slice(2);
const args = given[0] === "postgres" ? given.slice(1) : given;

const data = process.env.PGDATA ?? "/var/lib/postgresql/data";
const user = setting("POSTGRES_USER") ?? "postgres";
const database = setting("POSTGRES_DB") ?? user;

mkdirSync(data, { recursive: true, mode: 0o700 });
if (readdirSync(data).length === 0) {
    initialise();
}

// The image's server is compiled for this folder, and serves its pod's address, which the node chooses here.
const own = {
    unix_socket_directories: process.env.REHEARSAL_SOCKETS ?? "/var/run/postgresql",
    listen_addresses: process.env.REHEARSAL_ADDRESS ?? "127.0.0.1",
};
const settings = Object.entries(own).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
if (process.execve === undefined) {
    throw new Error(`Node ${process.version} cannot become another program: use 22.15 or newer.`);
}
// So that signals, exit code and output are the server's own. It finds its libraries by the first argument.
process.execve(
    join(programs, "postgres"),
    [join(programs, "postgres"), "-D", data, ...settings, ...args],
    environment(),
);

function missing(): never {
    throw new Error("The first argument must be the folder that has postgres and initdb.");
}

/** A value, or the content of the file that `<name>_FILE` names. */
function setting(name: string): string | undefined {
    const file = process.env[`${name}_FILE`];
    return file === undefined ? process.env[name] : readFileSync(file, "utf8").replace(/\n$/, "");
}

/** The password is no business of the server once it runs. */
function environment(): Record<string, string> {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("POSTGRES_PASSWORD"));
    return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function initialise(): void {
    const password = setting("POSTGRES_PASSWORD");
    if (!password) {
        throw new Error("POSTGRES_PASSWORD is empty and PGDATA is too: a new database needs a password for its user.");
    }
    const folder = mkdtempSync(join(tmpdir(), "postgres-"));
    try {
        const passwordFile = join(folder, "password");
        writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
        const access = ["--auth-local=trust", "--auth-host=scram-sha-256", `--pwfile=${passwordFile}`];
        run("initdb", ["-D", data, `--username=${user}`, "--encoding=UTF8", "--no-locale", "--no-sync", ...access]);
        if (database !== "postgres") {
            const name = `"${database.replaceAll('"', '""')}"`;
            run("postgres", ["--single", "-j", "-D", data, "postgres"], `CREATE DATABASE ${name};\n\n`);
        }
    } catch (error) {
        // Half a database would pass for a whole one at the next start.
        for (const entry of readdirSync(data)) {
            rmSync(join(data, entry), { recursive: true });
        }
        throw error;
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function run(program: string, withArgs: readonly string[], input = ""): void {
    const { status, error, stdout, stderr } = spawnSync(join(programs, program), withArgs, { input, encoding: "utf8" });
    // In single-user mode a failed statement is told on standard error only.
    if (error !== undefined || status !== 0 || /^.*(ERROR|FATAL):/m.test(stderr)) {
        throw new Error(`${program} failed:\n${stdout}${stderr}`, { cause: error });
    }
    process.stdout.write(stdout);
}
