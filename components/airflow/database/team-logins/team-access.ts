import * as pulumi from "@pulumi/pulumi";

import { after } from "../../../after.ts";
import { pooledUrl } from "../database-connection.ts";
import { loginsOf } from "./team-logins.ts";

/** What a team's own parts need of Airflow. */
export interface TeamAccess {
    readonly parsing: DatabaseAccess;
    readonly triggering: DatabaseAccess;
    /** A secret: what the arguments of triggers are encrypted with. */
    readonly fernetKeys: pulumi.Output<string>;
}

export interface DatabaseAccess {
    /** The user, which is what its rights depend on. */
    readonly login: string;
    /** A secret: the database through PgBouncer. Resolves only once the login has its rights and PgBouncer knows it. */
    readonly url: pulumi.Output<string>;
}

export interface TeamAccessArgs {
    /** Secrets, by login. */
    readonly passwords: Readonly<Record<string, pulumi.Output<string>>>;
    readonly databaseName: string;
    readonly fernetKeys: pulumi.Output<string>;
    /** What PgBouncer comes with, after the logins have their rights. */
    readonly ready: pulumi.Resource;
}

/** By team. */
export function teamAccess(
    teams: readonly string[],
    { passwords, databaseName, fernetKeys, ready }: TeamAccessArgs,
): Record<string, TeamAccess> {
    const by = (login: string): DatabaseAccess => ({
        login,
        url: after([ready], pulumi.secret(passwords[login] ?? "")).apply((password) =>
            pooledUrl({ user: login, name: databaseName }, password),
        ),
    });
    return Object.fromEntries(
        teams.map((team) => {
            const { parsing, triggering } = loginsOf(team);
            return [team, { parsing: by(parsing), triggering: by(triggering), fernetKeys }];
        }),
    );
}
