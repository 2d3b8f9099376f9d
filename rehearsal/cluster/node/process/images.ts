import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { airflowInstallation } from "../../../airflow/installation.ts";
import { postgresqlInstallation } from "../../../airflow/postgresql.ts";
import { checkout } from "../../../place.ts";
import { log } from "../log.ts";
import { envoy, envoyGateway } from "./image/entrance.ts";
import { type Image, OWN, readOnly, source, SYSTEM_PATH } from "./image/image.ts";
import { type Mount } from "./sandbox.ts";

type Builder = (version: string, dags: string) => Promise<Image>;

/** By the image's name and tag, from whichever registry; the first group is the version. All others are simulated. */
const IMAGES: readonly (readonly [RegExp, Builder])[] = [
    [/^(?:\S+\/)?apache\/airflow:(\d+\.\d+\.\d+)$/, airflow],
    [/^(?:\S+\/)?apache\/airflow:(airflow-pgbouncer-\d.*)$/, pgbouncer],
    [/^(?:\S+\/)?postgres:(\d+\.\d+)$/, postgresql],
    [/^(?:\S+\/)?envoyproxy\/gateway:v(\d+\.\d+\.\d+)(?:@sha256:[0-9a-f]{64})?$/, envoyGateway],
    // Envoy Gateway asks for its own default by digest.
    [/^(?:\S+\/)?envoyproxy\/envoy:(?:distroless-)?v(\d+\.\d+\.\d+)(?:@sha256:[0-9a-f]{64})?$/, envoy],
];

export function isRunnable(reference: string): boolean {
    return IMAGES.some(([pattern]) => pattern.test(reference));
}

/** The folder that Airflow's image brings its DAGs in: the place's own `dags` where there is one, else the examples. */
export function dagsOf(root: string): string {
    const own = join(root, "dags");
    return existsSync(own) ? own : join(checkout, "examples", "dags");
}

/**
 * Installs what the image stands for when it is not there yet: as long as an image takes to be pulled.
 *
 * @param dags the folder with the DAGs that Airflow's image is built for.
 */
export async function imageFor(reference: string, dags: string): Promise<Image> {
    for (const [pattern, build] of IMAGES) {
        const [, version] = pattern.exec(reference) ?? [];
        if (version !== undefined) {
            return await build(version, dags);
        }
    }
    throw new Error(`the image ${reference} stands for no program of this machine`);
}

async function airflow(version: string, dags: string): Promise<Image> {
    const { bin } = await airflowInstallation(version, log);
    const folder = dirname(bin);
    const home = "/opt/airflow";
    return {
        entrypoint: ["/entrypoint"],
        environment: {
            PATH: `${bin}:${SYSTEM_PATH}`,
            HOME: "/home/airflow",
            AIRFLOW_HOME: home,
            LANG: "C.UTF-8",
            PYTHONUNBUFFERED: "1",
            // The installation is shared and read only, and was compiled when it was made.
            PYTHONDONTWRITEBYTECODE: "1",
        },
        mounts: [
            ...pythonMounts(folder),
            readOnly(folder),
            readOnly(source("entrypoint.sh"), "/entrypoint"),
            readOnly(source("clean-logs.sh"), "/clean-logs"),
            // As an image that is built for these DAGs has them.
            ...(existsSync(dags) ? [readOnly(dags, `${home}/dags`)] : []),
        ],
        folders: ["/home/airflow", `${home}/dags`, `${home}/logs`, `${home}/plugins`, `${home}/config`],
        workingFolder: home,
        home: "/home/airflow",
        user: 50000,
        group: 0,
        stopSignal: "SIGTERM",
    };
}

async function postgresql(): Promise<Image> {
    const { bin } = await postgresqlInstallation();
    return {
        entrypoint: [`${OWN}/node`, `${OWN}/entrypoint.mts`, `${OWN}/postgresql/bin`],
        environment: {
            PATH: `${OWN}/postgresql/bin:${OWN}:${SYSTEM_PATH}`,
            LANG: "C.UTF-8",
            PGDATA: "/var/lib/postgresql/data",
            REHEARSAL_ADDRESS: "*",
        },
        mounts: [
            readOnly(process.execPath, `${OWN}/node`),
            readOnly(dirname(bin), `${OWN}/postgresql`),
            readOnly(source("../../../../airflow/postgres-entrypoint.ts"), `${OWN}/entrypoint.mts`),
        ],
        folders: ["/var/run/postgresql", "/var/lib/postgresql/data"],
        workingFolder: "/",
        home: "/var/lib/postgresql",
        user: 999,
        group: 999,
        // Ends the sessions of clients; with SIGTERM it would wait for them to leave.
        stopSignal: "SIGINT",
    };
}

function pgbouncer(): Promise<Image> {
    return Promise.resolve({
        entrypoint: [],
        environment: { PATH: `${OWN}:${SYSTEM_PATH}`, LANG: "C.UTF-8" },
        mounts: [
            readOnly(process.execPath, `${OWN}/node`),
            readOnly(source("pgbouncer.ts"), `${OWN}/pgbouncer.mts`),
            readOnly(source("pgbouncer.sh"), `${OWN}/pgbouncer`),
            readOnly(source("killall.sh"), `${OWN}/killall`),
        ],
        folders: ["/etc/pgbouncer"],
        workingFolder: "/",
        home: "/",
        user: 65534,
        group: 65534,
        stopSignal: "SIGINT",
    });
}

/** The Python that an environment was made from, unless it is the system's, which every container sees. */
function pythonMounts(environment: string): Mount[] {
    const [, bin] = /^home = (.+)$/m.exec(readFileSync(join(environment, "pyvenv.cfg"), "utf8")) ?? [];
    const prefix = dirname(bin ?? "/usr/bin");
    const real = dirname(dirname(realpathSync(join(environment, "bin", "python"))));
    return [...new Set([prefix, real])].filter((path) => path !== "/usr").map((path) => readOnly(path));
}
