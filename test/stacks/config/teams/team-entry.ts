import { config, refuses } from "../../stack-file.ts";

/** A team's DAGs, from a repository without credentials. */
export const dags = { kind: "git", repository: "https://git.example.com/analytics.git", ref: "main" };

/** The least that a team says. */
export const analytics = { name: "analytics", owners: ["#analytics"], dags };

/** A login, without which nobody could have a team's rights. A stack's file hides its values. */
export const login = {
    issuer: "https://login.example.com",
    clientId: "airflow",
    clientSecret: "hunter2",
    adminGroups: ["platform-admins"],
    roles: { Op: ["data-operations"], Viewer: ["staff"] },
    contact: "the platform team",
};

/** The team with these changes, in a stack for development that has a login. */
export function team(changes: object, sections: object = {}) {
    const [first] = config({ login, teams: [{ ...analytics, ...changes }], ...sections }, { secret: ["login"] }).teams;
    return first;
}

/** Proves that these are all the problems with such a team, each below `teams[0]`. */
export function refusesTeam(changes: object, ...problems: string[]): void {
    refusesTeams(
        [{ ...analytics, ...changes }],
        problems.map((text) => `[0].${text}`),
    );
}

/** Proves that these are all the problems with such teams, each below `teams`. */
export function refusesTeams(teams: readonly object[], problems: readonly string[], sections: object = {}): void {
    refusesStack(
        { teams, ...sections },
        problems.map((text) => `teams${text}`),
    );
}

/** Proves that these are all the problems of a stack with a login and such sections, each below the project's name. */
export function refusesStack(sections: object, problems: readonly string[], stack = "dev"): void {
    refuses(
        problems.map((text) => `airflow-linkerd:${text}`),
        { login, ...sections },
        { secret: ["login"], stack },
    );
}
