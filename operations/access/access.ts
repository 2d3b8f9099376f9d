import { PolicyMode } from "../../components/mesh/policy/objects/server.ts";
import { teamNamespace } from "../../components/teams/team-names.ts";
import { type PlatformConfig } from "../../stacks/config.ts";
import { ClusterKind } from "../../stacks/config/cluster/cluster-schema.ts";
import { kubectlGroups } from "../../stacks/kubectl-login.ts";
import { clusterInAws } from "../chain/aws-rights.ts";
import { breakGlassLine } from "../chain/break-glass.ts";
import { type GroupRights, groupRights, type MachineRights, machineRights } from "../chain/people.ts";
import { type TaskChain, taskChains } from "../chain/task-chain.ts";

/** Who may do what on the platform, as its config says. */
export interface Access {
    readonly stack: string;
    /** The cluster, and the account that it is in. */
    readonly cluster: { readonly name: string; readonly account?: string; readonly region?: string };
    /** Where people log in. Undefined where nobody can. */
    readonly login?: { readonly issuer: string; readonly groupsClaim: string; readonly contact: string };
    /** What people may do in Airflow, by their groups. */
    readonly people: readonly GroupRights[];
    /** Programs that start runs. Left out where there are none. */
    readonly machines?: readonly MachineRights[];
    /** What groups may do in the cluster, by kubectl. Left out where nobody logs in there. */
    readonly kubectl?: readonly { readonly group: string; readonly namespace: string; readonly may: string }[];
    /** What principals of AWS may do in the cluster. */
    readonly principals: readonly { readonly arn: string; readonly may: string }[];
    readonly tasks: readonly TaskChain[];
    /** What the config lets through that it would not by default, each with its reason where it has one. */
    readonly relaxed: readonly string[];
}

/** Depends on nothing but the config: no time, no machine, no order of its lists but where order has a meaning. */
export function access(stack: string, config: PlatformConfig): Access {
    const { cluster, login } = config;
    const inAws = clusterInAws(config)?.account;
    const tasks = taskChains(config);
    const machines = machineRights(config);
    const kubectl = inCluster(config);
    return {
        stack,
        cluster: { name: cluster.name, ...(inAws && { account: inAws.id, region: inAws.region }) },
        ...(login && {
            login: {
                issuer: login.rules.issuer,
                groupsClaim: login.rules.groupsClaim ?? "groups",
                contact: login.rules.contact,
            },
        }),
        people: groupRights(config),
        ...(machines.length > 0 && { machines }),
        ...(kubectl.length > 0 && { kubectl }),
        principals: principals(config),
        tasks,
        relaxed: relaxed(config, tasks),
    };
}

/** As the Role in each team's namespace has it. */
function inCluster({ login, teams }: PlatformConfig): NonNullable<Access["kubectl"]> {
    return teams
        .flatMap(({ team, groups }) =>
            kubectlGroups(groups, login).map((group) => ({
                group,
                namespace: teamNamespace(team.name),
                may: "look at pods, their logs and events",
            })),
        )
        .sort((one, other) => (one.namespace < other.namespace ? -1 : one.namespace > other.namespace ? 1 : 0));
}

function principals({ cluster, teams }: PlatformConfig): Access["principals"] {
    if (cluster.kind !== ClusterKind.eks) {
        return [];
    }
    const each = (arns: readonly string[], may: string) => [...arns].sort().map((arn) => ({ arn, may }));
    return [
        ...each(cluster.admins, "everything in the cluster, Secrets included"),
        ...each(cluster.viewers, "look at everything in the cluster but Secrets"),
        ...teams
            .map(({ team, kubectlRoles }) => ({ namespace: teamNamespace(team.name), kubectlRoles }))
            .sort((one, other) => (one.namespace < other.namespace ? -1 : 1))
            .flatMap(({ namespace, kubectlRoles }) =>
                each(kubectlRoles, `look at pods, their logs and events in ${namespace}`),
            ),
    ];
}

function relaxed({ mesh, login, cluster }: PlatformConfig, tasks: readonly TaskChain[]): string[] {
    return [
        ...(mesh.policy === PolicyMode.enforce
            ? []
            : [`mesh.policy is ${mesh.policy}: calls without a row are counted and let through`]),
        ...(login?.breakGlass === undefined ? [] : [breakGlassLine(login.breakGlass)]),
        ...(login === undefined ? ["there is no login: who may use Airflow is not said by this stack"] : []),
        ...(cluster.kind === ClusterKind.eks && cluster.publicAccess !== undefined
            ? [
                  `the cluster's API server is reached from outside its network, by ${cluster.publicAccess.cidrs.join(", ")}`,
              ]
            : []),
        ...tasks.flatMap(({ team, role, limits, hosts }) => [
            ...(role?.allowWildcard === undefined
                ? []
                : [`team ${team} may have wildcards in its IAM policies: ${role.allowWildcard}`]),
            ...(limits?.launchPods ? [`team ${team} makes pods of its own in its namespace`] : []),
            ...hosts
                .filter(({ to }) => to.startsWith("*."))
                .map(({ to, reason }) => `team ${team} reaches every host of ${to.slice(2)}: ${reason}`),
        ]),
    ];
}
