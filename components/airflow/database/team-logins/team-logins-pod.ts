import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { forgettingFile, forgetTeamRights } from "../../jobs/forget-team-rights.ts";
import { teamLogins } from "../../names.ts";

const modules = ["database_logins.py", "team_rights.py"] as const;

/** What a Job imports that keeps the logins of teams. */
export const loginModules: Readonly<Record<string, string>> = sources(modules);

/** The Job that gives the logins their rights, with all that it imports. */
export const rightsScripts: Readonly<Record<string, string>> = {
    ...sources(["keep_team_logins.py", ...modules]),
    [forgettingFile]: forgetTeamRights,
};

/** Where a Job finds the passwords. */
export const passwordsMount = {
    folder: "/etc/airflow-team-logins",
    volume: { name: "team-passwords", secret: { secretName: teamLogins.secret, defaultMode: 0o440 } },
    env: { name: "TEAM_PASSWORDS_FILE", value: `/etc/airflow-team-logins/${teamLogins.passwordsFile}` },
} as const;

/** Changes whenever the Job must run again: with Airflow's version, whose migration drops the rights, the teams or the scripts. */
export function rightsDigest(version: string, teams: readonly string[]): string {
    return createHash("sha256")
        .update(JSON.stringify([version, teams, rightsScripts]))
        .digest("hex")
        .slice(0, 10);
}

function sources(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, import.meta.url), "utf8")]));
}
