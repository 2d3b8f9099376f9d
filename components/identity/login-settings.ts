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

function rolesByGroup(rules: LoginRules): Record<string, AirflowRole[]> {
    const grants = airflowRoles.flatMap((role) =>
        [...(role === "Admin" ? rules.adminGroups : []), ...(rules.roles?.[role] ?? [])].map(
            (group) => [group, role] as const,
        ),
    );
    const byGroup = new Map<string, AirflowRole[]>();
    for (const [group, role] of grants) {
        byGroup.set(group, [...(byGroup.get(group) ?? []), role]);
    }
    return Object.fromEntries([...byGroup].sort(([one], [other]) => (one < other ? -1 : 1)));
}
