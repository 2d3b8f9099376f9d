import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type LoginRules, loginSettings } from "../../../components/identity/login-settings.ts";
import { loginFiles, loginObjects } from "../../../components/identity/login-values.ts";
import { Authority } from "../../../rehearsal/cluster/certificates.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import {
    type IdentityProvider,
    type MachineClient,
    startIdentityProvider,
} from "../../../rehearsal/identity-provider/identity-provider.ts";
import { hostName } from "../../../rehearsal/identity-provider/host-name.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { startPostgres } from "../../support/real-postgres.ts";
import { freePort, TestProcess } from "./process.ts";

export const contact = "platform-team@example.com";

export interface RealAirflow {
    readonly url: string;
    readonly provider: IdentityProvider;
    /** That signed what the provider listens by. */
    readonly authorityFile: string;
    /** By which the provider listens. */
    readonly certificateFile: string;
    /** What the API server has logged so far. */
    log(): string;
    /** Rows of a statement on Airflow's database, columns as text joined by `|`. */
    rows(query: string): string[];
    stop(): Promise<void>;
}

/** A login at a provider of the test's own. */
export interface TestLogin {
    readonly rules: LoginRules;
    readonly client: { readonly secret: string } | { readonly privateKey: string };
}

/** What a test's Airflow has besides the login. */
export interface RealAirflowArgs {
    /**
     * Logins at providers that the test starts for an Airflow at this address. A stack has one of them; here one API server
     * has them all. Defaults to one at the rehearsal's provider.
     */
    readonly logins?: (airflow: string) => Promise<readonly TestLogin[]>;
    readonly platformRoles?: LoginRules["platformRoles"];
    /** Programs that get tokens at the rehearsal's provider, and the audience that Airflow takes them for. */
    readonly machines?: readonly MachineClient[];
    readonly machineAudience?: string;
    /** Who else vouches for programs. */
    readonly machineIssuers?: LoginRules["machineIssuers"];
    /**
     * Files that it makes in a folder of its own, and the environment of all of Airflow's programs. It is told who the
     * rehearsal's provider is.
     */
    readonly prepare?: (folder: string, issuer: string) => Readonly<Record<string, string>>;
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
        const authority = await Authority.open(root, "ca");
        const certificate = await authority.issue("provider", { commonName: hostName, hosts: [hostName] });
        const listening = {
            port: 0,
            certificate: readFileSync(certificate.certificateFile, "utf8"),
            key: readFileSync(certificate.keyFile, "utf8"),
        };
        const provider = await startIdentityProvider(
            listening,
            {
                id: "airflow",
                secret,
                redirectUris: [`${url}/auth/oauth-authorized/oidc`],
                afterLogoutUris: [`${url}/auth/login/`],
            },
            args.machines,
        );
        stops.push(() => provider.close());

        const login = join(root, "login");
        writeFiles(join(login, "python", "airflow_login"), loginFiles);
        const own: TestLogin = {
            rules: {
                provider: "oidc",
                issuer: provider.issuer,
                authorityPem: readFileSync(authority.certificateFile, "utf8"),
                clientId: "airflow",
                adminGroups: ["platform-admins"],
                roles: { User: ["airflow-authors"], Viewer: ["airflow-viewers"] },
                ...(args.machineAudience && { machineAudience: args.machineAudience }),
                ...(args.machineIssuers && { machineIssuers: args.machineIssuers }),
                ...(args.platformRoles && { platformRoles: args.platformRoles }),
                contact,
            },
            client: { secret },
        };
        const logins = await args.logins?.(url);
        for (const each of logins ?? [own]) {
            writeLogin(logins === undefined ? login : join(login, "providers", each.rules.provider), each);
        }
        const configFile =
            logins === undefined
                ? "components/identity/webserver_config.py"
                : "test/system/login/providers/webserver_config.py";
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
            AIRFLOW__FAB__CONFIG_FILE: join(checkout, configFile),
            LOGIN_FOLDER: login,
            ...args.prepare?.(root, provider.issuer),
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
                "import psycopg2, sys; o = psycopg2.connect(sys.argv[1].replace('+psycopg2', '')); o.autocommit = True; c = o.cursor(); c.execute(sys.argv[2]); " +
                "[print('|'.join(map(str, row))) for row in c.fetchall()]";
            const { stdout, stderr, status } = spawnSync(join(bin, "python"), ["-c", program, database, query], {
                encoding: "utf8",
            });
            if (status !== 0) {
                throw new Error(stderr);
            }
            return stdout.split("\n").filter((line) => line !== "");
        };
        return {
            url,
            provider,
            authorityFile: authority.certificateFile,
            certificateFile: certificate.certificateFile,
            log: () => readFileSync(join(root, "api-server.log"), "utf8"),
            rows,
            stop,
        };
    } catch (error) {
        await stop();
        throw error;
    }
}

/** As the pod has it. */
function writeLogin(folder: string, { rules, client }: TestLogin): void {
    writeFiles(join(folder, "settings"), {
        [loginObjects.settings.key]: loginSettings(rules),
        ...(rules.authorityPem && { [loginObjects.settings.authority]: rules.authorityPem }),
    });
    writeFiles(
        join(folder, "client"),
        "secret" in client
            ? { [loginObjects.client.key]: client.secret }
            : { [loginObjects.client.privateKey]: client.privateKey },
    );
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(folder, name), content);
    }
}
