/**
 * Kinds of identity provider. They differ in what OpenID Connect does not define, such as the claim with the groups.
 */
export const LoginProvider = {
    /** Any provider that has a discovery document and puts groups into the ID token. */
    oidc: "oidc",
} as const;
export type LoginProvider = (typeof LoginProvider)[keyof typeof LoginProvider];

interface Preset {
    readonly groupsClaim: string;
    readonly scopes: readonly string[];
}

/** The defaults for each kind of provider. */
export const presets: Readonly<Record<LoginProvider, Preset>> = {
    oidc: { groupsClaim: "groups", scopes: ["openid", "email", "profile", "groups"] },
};

/** Airflow's roles that groups can be given. Without `Public`, which would give permissions to anonymous users. */
export const airflowRoles = ["Admin", "Op", "User", "Viewer"] as const;
export type AirflowRole = (typeof airflowRoles)[number];

export interface RoleGrant {
    readonly role: string;
    readonly groups: readonly string[];
}

export interface LoginRules {
    readonly provider: LoginProvider;
    /** The provider's URL, exactly as in the `iss` claim of its tokens. */
    readonly issuer: string;
    readonly clientId: string;
    /** Defaults to those of the kind of provider. */
    readonly scopes?: readonly string[];
    /** The claim of the ID token that lists the person's groups. Defaults to that of the kind of provider. */
    readonly groupsClaim?: string;
    /** Groups whose members administer Airflow. */
    readonly adminGroups: readonly string[];
    /** Groups by the role that their members get. Defaults to none. */
    readonly roles?: Readonly<Partial<Record<AirflowRole, readonly string[]>>>;
    /** Roles that the platform makes itself, such as a team's, each with groups. Defaults to none. */
    readonly platformRoles?: readonly RoleGrant[];
    /** Whom to ask for access: an address or a channel, shown to people who have no role. */
    readonly contact: string;
}

/** `login.json`, which webserver_config.py reads. Nothing in it is secret. */
export function loginSettings(rules: LoginRules): string {
    const preset = presets[rules.provider];
    return JSON.stringify(
        {
            provider: rules.provider,
            issuer: rules.issuer,
            clientId: rules.clientId,
            scopes: rules.scopes ?? preset.scopes,
            groupsClaim: rules.groupsClaim ?? preset.groupsClaim,
            rolesByGroup: rolesByGroup(rules),
            contact: rules.contact,
        },
        null,
        2,
    );
}

function rolesByGroup(rules: LoginRules): Record<string, string[]> {
    const grants: RoleGrant[] = [
        { role: "Admin", groups: rules.adminGroups },
        ...airflowRoles.map((role) => ({ role, groups: rules.roles?.[role] ?? [] })),
        ...(rules.platformRoles ?? []),
    ];
    const byGroup = new Map<string, Set<string>>();
    for (const { role, groups } of grants) {
        for (const group of groups) {
            byGroup.set(group, (byGroup.get(group) ?? new Set()).add(role));
        }
    }
    return Object.fromEntries(
        [...byGroup].sort(([one], [other]) => (one < other ? -1 : 1)).map(([group, roles]) => [group, [...roles]]),
    );
}
