import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { commandPod } from "../jobs/command-pod.ts";
import { type CommonSettings, settingsSuffix } from "../settings/common-settings.ts";
import { type AuthorityVolume, databaseAuthority } from "../names.ts";
import { type DatabaseLogin } from "./database-connection.ts";
import { loginModules, passwordsMount } from "./team-logins/team-logins-pod.ts";

/** The script. Airflow's image has all that it imports. */
export const databaseRoleScript = readFileSync(new URL("database_role.py", import.meta.url), "utf8");

export const scriptFile = "database_role.py";

const folders = { script: "/opt/database-role", password: "/etc/database-role" } as const;

export interface DatabaseRolePod {
    readonly version: string;
    readonly settings?: CommonSettings | undefined;
    readonly login: DatabaseLogin;
    readonly host: pulumi.Input<string>;
    readonly port: number;
    readonly masterSecretArn: pulumi.Input<string>;
    readonly serviceAccount: pulumi.Input<string>;
    /** The ConfigMap with the script. */
    readonly scriptConfigMap: pulumi.Input<string>;
    /** The Secret with the key `password`. */
    readonly passwordSecret: pulumi.Input<string>;
    readonly authority: AuthorityVolume;
    /** Teams that have logins of their own, which only the server's master user can make. */
    readonly teams: readonly string[];
}

/** What the script imports, where it makes the logins of teams as well. */
export function roleScripts(teams: readonly string[]): Record<string, string> {
    return { [scriptFile]: databaseRoleScript, ...(teams.length === 0 ? {} : loginModules) };
}

/** The template of the pod that makes Airflow's user and database on the server. */
export function databaseRolePod(pod: DatabaseRolePod): k8s.types.input.core.v1.PodTemplateSpec {
    return commandPod({
        name: "database-role",
        version: pod.version,
        settings: pod.settings,
        serviceAccount: pod.serviceAccount,
        args: ["python", `${folders.script}/${scriptFile}`],
        env: [
            { name: "DATABASE_HOST", value: pod.host },
            { name: "DATABASE_PORT", value: `${pod.port}` },
            { name: "DATABASE_ROLE", value: pod.login.user },
            { name: "DATABASE_NAME", value: pod.login.name },
            { name: "DATABASE_AUTHORITY", value: `${databaseAuthority.folder}/${databaseAuthority.file}` },
            { name: "DATABASE_PASSWORD_FILE", value: `${folders.password}/password` },
            { name: "MASTER_SECRET_ARN", value: pod.masterSecretArn },
            ...(pod.teams.length === 0 ? [] : [passwordsMount.env]),
        ],
        size: { cpu: "50m", memory: "128Mi", memoryLimit: "512Mi" },
        mounts: {
            [folders.script]: { name: "script", configMap: { name: pod.scriptConfigMap } },
            [folders.password]: { name: "password", secret: { secretName: pod.passwordSecret, defaultMode: 0o440 } },
            [databaseAuthority.folder]: { name: "database-authority", ...pod.authority },
            ...(pod.teams.length === 0 ? {} : { [passwordsMount.folder]: passwordsMount.volume }),
        },
    });
}

/** Changes whenever the Job must run again: with the login, Airflow's version, the password, teams' logins or the script. */
export function databaseRoleDigest(
    login: DatabaseLogin,
    version: string,
    passwordGeneration: number,
    settings: CommonSettings = {},
    teams: readonly string[] = [],
): string {
    const ofTeams = teams.length === 0 ? [] : [teams, loginModules];
    const words = JSON.stringify([login.user, login.name, version, passwordGeneration, databaseRoleScript, ...ofTeams]);
    return createHash("sha256").update(words).digest("hex").slice(0, 10) + settingsSuffix(settings);
}
