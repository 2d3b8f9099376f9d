import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LoginRules, loginSettings } from "../../../components/identity/login-settings.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import {
    type IdentityProvider,
    startIdentityProvider,
} from "../../../rehearsal/identity-provider/identity-provider.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { startPostgres } from "../../support/real-postgres.ts";
import { freePort, TestProcess } from "./process.ts";

export const contact = "platform-team@example.com";

export interface RealAirflow {
    readonly url: string;
    readonly provider: IdentityProvider;
    /** Rows of a query on Airflow's database, columns as text joined by `|`. */
    rows(query: string): string[];
    stop(): Promise<void>;
}

/** What a test's Airflow has besides the login. */
export interface RealAirflowArgs {
    readonly platformRoles?: LoginRules["platformRoles"];
    /** Files that it makes in a folder of its own, and the environment of all of Airflow's programs. */
    readonly prepare?: (folder: string) => Readonly<Record<string, string>>;
    /** The API server's alone. */
    readonly apiServer?: Readonly<Record<string, string>>;
    /** Arguments of `airflow` that run between the migration and the API server. */
    readonly before?: readonly (readonly string[])[];
}

/** PostgreSQL, the identity provider and Airflow's API server with the login of the platform, all real. */
export async function startRealAirflow(args: RealAirflowArgs = {}): Promise<RealAirflow> {
    const root = mkdtempSync(join(tmpdir(), "airflow-login-"));
    const stops: (() => Promise<void>)[] = [];
    const stop = async () => {
        const ends: PromiseSettledResult<void>[] = [];
        for (const end of stops.reverse()) {
            ends.push(...(await Promise.allSettled([end()])));
        }
        rmSync(root, { recursive: true, force: true });
        const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
        if (failures.length > 0) {
            throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
        }
    };
    try {
        const { bin } = await airflowInstallation("3.3.2", console.log);
        const database = (await startPostgres(root, stops)).url;
        const port = await freePort();
        const url = `http://127.0.0.1:${port}`;
        const secret = randomBytes(16).toString("hex");
        const provider = await startIdentityProvider(0, {
            id: "airflow",
            secret,
            redirectUris: [`${url}/auth/oauth-authorized/oidc`],
            afterLogoutUris: [`${url}/auth/login/`],
        });
        stops.push(() => provider.close());

        const login = join(root, "login");
        mkdirSync(join(login, "settings"), { recursive: true });
        mkdirSync(join(login, "client"));
        writeFileSync(join(login, "client", "client-secret"), secret);
        writeFileSync(
            join(login, "settings", "login.json"),
            loginSettings({
                provider: "oidc",
                issuer: provider.issuer,
                clientId: "airflow",
                scopes: ["openid", "email", "profile", "groups"],
                groupsClaim: "groups",
                adminGroups: ["platform-admins"],
                roles: { User: ["airflow-authors"], Viewer: ["airflow-viewers"] },
                ...(args.platformRoles && { platformRoles: args.platformRoles }),
                contact,
            }),
        );
        const env = {
            PATH: `${bin}:${process.env.PATH ?? ""}`,
            HOME: root,
            AIRFLOW_HOME: join(root, "airflow"),
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: database,
            AIRFLOW__CORE__AUTH_MANAGER: "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            AIRFLOW__CORE__LOAD_EXAMPLES: "False",
            AIRFLOW__API__BASE_URL: url,
            AIRFLOW__API__SECRET_KEY: randomBytes(16).toString("hex"),
            AIRFLOW__API_AUTH__JWT_SECRET: randomBytes(32).toString("hex"),
            AIRFLOW__FAB__SESSION_BACKEND: "database",
            AIRFLOW__FAB__CACHE_TTL: "0",
            // As the chart has it.
            AIRFLOW__FAB__ENABLE_PROXY_FIX: "True",
            AIRFLOW__FAB__CONFIG_FILE: join(checkout, "components/identity/webserver_config.py"),
            LOGIN_FOLDER: login,
            ...args.prepare?.(root),
        };
        const airflow = join(bin, "airflow");
        await new TestProcess(airflow, ["db", "migrate"], env, join(root, "migrate.log")).succeeded();
        for (const [index, command] of (args.before ?? []).entries()) {
            await new TestProcess(airflow, command, env, join(root, `before-${index}.log`)).succeeded();
        }
        const serverArgs = ["api-server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"];
        const server = new TestProcess(
            airflow,
            serverArgs,
            { ...env, ...args.apiServer },
            join(root, "api-server.log"),
        );
        stops.push(() => server.stop());
        await server.until("it answered", () =>
            fetch(`${url}/api/v2/version`).then(
                (response) => response.ok,
                () => false,
            ),
        );
        const rows = (query: string) => {
            const program =
                "import psycopg2, sys; c = psycopg2.connect(sys.argv[1].replace('+psycopg2', '')).cursor(); c.execute(sys.argv[2]); " +
                "[print('|'.join(map(str, row))) for row in c.fetchall()]";
            const { stdout, stderr, status } = spawnSync(join(bin, "python"), ["-c", program, database, query], {
                encoding: "utf8",
            });
            if (status !== 0) {
                throw new Error(stderr);
            }
            return stdout.split("\n").filter((line) => line !== "");
        };
        return { url, provider, rows, stop };
    } catch (error) {
        await stop();
        throw error;
    }
}
