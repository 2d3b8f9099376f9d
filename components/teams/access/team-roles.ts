/** What a person may do with a team's DAGs, from least to most. */
export const teamLevels = ["viewer", "author", "operator"] as const;
export type TeamLevel = (typeof teamLevels)[number];

/** Groups of the identity provider by what their members may do. */
export type TeamGroups = Readonly<Partial<Record<TeamLevel, readonly string[]>>>;

/** A role of Airflow's, with the groups whose members have it. */
export interface TeamRole {
    readonly role: string;
    readonly groups: readonly string[];
}

/**
 * The roles of a team's groups: one says in which team, the other what a member of that level may do there.
 * team_auth_manager.py makes these roles and reads them.
 */
export function teamRoles(team: string, groups: TeamGroups): TeamRole[] {
    return teamLevels.flatMap((level) => {
        const members = groups[level] ?? [];
        return [`team:${team}:${level}`, `Team ${level}`].map((role) => ({ role, groups: members }));
    });
}
