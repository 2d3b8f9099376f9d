import { type LoginProvider, presets } from "./login-providers.ts";

/** Airflow's roles that groups can be given. Without `Public`, which would give permissions to anonymous users. */
export const airflowRoles = ["Admin", "Op", "User", "Viewer"] as const;
export type AirflowRole = (typeof airflowRoles)[number];

export interface RoleGrant {
    readonly role: string;
    readonly groups: readonly string[];
}

/** Who vouches for programs, and for no person: where CI jobs run, for example. */
export interface MachineIssuer {
    /** A DNS label, by which machines name it. */
    readonly name: string;
    /** Its URL, exactly as in the `iss` claim of its tokens. Its keys are where its discovery document says. */
    readonly issuer: string;
    /** For whom its tokens must be. */
    readonly audience: string;
    /** Hosts that Airflow calls besides the issuer's, for its keys. Defaults to none. */
    readonly hosts?: readonly string[];
}

export interface LoginRules {
    readonly provider: LoginProvider;
    /** The provider's URL, exactly as in the `iss` claim of its tokens. */
    readonly issuer: string;
    readonly clientId: string;
    /**
     * Certificates in PEM of the authorities that sign the provider's, where no public one does. No other is then believed.
     * Defaults to the public ones.
     */
    readonly authorityPem?: string;
    /** Defaults to those of the kind of provider. */
    readonly scopes?: readonly string[];
    /**
     * The claim with the person's groups, in the ID token or at userinfo: its name, or a path such as
     * `realm_access.roles`. Defaults to that of the kind of provider.
     */
    readonly groupsClaim?: string;
    /** What stands between groups that come as one text. Defaults to nothing: the text is one group. */
    readonly groupsSeparator?: string;
    /** Hosts that Airflow calls besides the issuer's. Defaults to those that the kind of provider is known for. */
    readonly hosts?: readonly string[];
    /** Minutes without a request after which somebody must log in anew. An open page counts as requests. Defaults to 120. */
    readonly sessionIdleMinutes?: number;
    /** Hours after which somebody must log in anew, whatever they do, so that the groups count again. Defaults to 12. */
    readonly sessionMaxHours?: number;
    /** Groups whose members administer Airflow. */
    readonly adminGroups: readonly string[];
    /** Groups by the role that their members get. Defaults to none. */
    readonly roles?: Readonly<Partial<Record<AirflowRole, readonly string[]>>>;
    /** Roles that the platform makes itself, such as a team's, each with groups. Defaults to none. */
    readonly platformRoles?: readonly RoleGrant[];
    /** The audience of tokens by which teams' programs call Airflow's API. Defaults to none: no program may. */
    readonly machineAudience?: string;
    /** Who vouches for teams' programs besides the provider. Defaults to nobody. */
    readonly machineIssuers?: readonly MachineIssuer[];
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
            announcedScopes: rules.scopes === undefined ? preset.announcedScopes : [],
            groupsClaim: rules.groupsClaim ?? preset.groupsClaim,
            groupsSeparator: rules.groupsSeparator ?? null,
            rolesByGroup: rolesByGroup(rules),
            contact: rules.contact,
            logout: preset.logout,
            machineAudience: rules.machineAudience,
            machineIssuers: rules.machineIssuers?.map(({ issuer, audience }) => ({ issuer, audience })),
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
