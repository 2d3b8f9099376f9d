import * as pulumi from "@pulumi/pulumi";

import { imageReference, officialImage } from "../../components/airflow/airflow-image.ts";
import { type TeamTasks } from "../../components/airflow/airflow-args.ts";
import { podCleanup } from "../../components/airflow/connections/workloads.ts";
import { DagBundleCredentials } from "../../components/airflow/dags/dag-bundle-credentials.ts";
import { LogVolume } from "../../components/airflow/logs/log-volume.ts";
import { chart, namespaceName, secrets } from "../../components/airflow/names.ts";
import { lookupIn, ownLookup } from "../../components/airflow/secrets-backend/secrets-manager.ts";
import { taskLookup } from "../../components/airflow/secrets-backend/secrets-backend.ts";
import { EnvironmentSecret } from "../../components/airflow/settings/environment-secret.ts";
import { PullSecret } from "../../components/airflow/settings/pull-secret.ts";
import { taskEnvironment } from "../../components/airflow/settings/task-environment.ts";
import { logAccess, taskBundles } from "../../components/airflow/tasks/pod-template.ts";
import { additionParts } from "../../components/airflow/tasks/task-additions.ts";
import { inboundPolicy } from "../../components/mesh/policy/inbound-policy.ts";
import { MeshPolicy } from "../../components/mesh/policy/mesh-policy.ts";
import { type PolicyObject } from "../../components/mesh/policy/objects/policy-object.ts";
import { proxyImage } from "../../components/mesh/proxy-image.ts";
import { workloadIdentity } from "../../components/mesh/workload-identity.ts";
import { AdmissionGate } from "../../components/teams/admission/admission-gate.ts";
import { TeamExecutor } from "../../components/teams/executor/team-executor.ts";
import { type TeamPodParts } from "../../components/teams/executor/team-entries.ts";
import { TeamNamespace } from "../../components/teams/team-namespace.ts";
import { noTeam } from "../../components/task-labels.ts";
import { taskAccount, teamNamespace } from "../../components/teams/team-names.ts";
import { type AirflowSurroundings } from "../airflow/airflow-surroundings.ts";
import { type PlatformConfig } from "../config.ts";
import { type Foundation } from "../foundation/foundation.ts";
import { kubectlGroups, roleGroups } from "../kubectl-login.ts";
import { type PlatformOutputs, type TeamOutputs } from "../outputs.ts";
import { type TaskOwner, taskOwners } from "./team-tasks.ts";

/** What is there before the teams are. */
export interface BeforeTeams {
    readonly foundation: Foundation;
    readonly surroundings: AirflowSurroundings;
    /** Airflow's namespace. */
    readonly namespace: pulumi.Input<string>;
    /** The policies of all namespaces. */
    readonly objects: readonly PolicyObject[];
}

/** What Airflow has to know of whose tasks there are, and must come after. */
export interface DeployedTeams {
    readonly airflow: TeamTasks;
    readonly dependsOn: readonly pulumi.Resource[];
    /** By team; or by `noTeam` in a stack without teams. */
    readonly outputs: Readonly<Record<string, TeamOutputs>>;
    /** By bundle: a value that changes with its credentials. */
    readonly bundleVersions: Readonly<Record<string, pulumi.Output<string>>>;
    /** By team: what must be there before a pod of the team's is, and must go after it. */
    readonly ground: Readonly<Record<string, readonly pulumi.Resource[]>>;
}

/**
 * Makes for each team what its tasks run in, under, and by: a namespace with a gate before it, an account with a role, the
 * team's policies, and the executor that starts each task as its team. A stack without teams has one of each for all its
 * tasks. `opts` must depend on the mesh: the namespaces are for pods with proxies.
 */
export async function deployTeams(
    config: PlatformConfig,
    { foundation, surroundings, namespace, objects }: BeforeTeams,
    opts: pulumi.ComponentResourceOptions,
): Promise<DeployedTeams> {
    const { mesh, airflow, trust } = config;
    const teams = taskOwners(config);
    const isolated = teams.filter((team) => team.isolated).map(({ team }) => team.name);
    const roles = await rolesOf(config, foundation, surroundings);

    const gate = new AdmissionGate(
        "team-gate",
        {
            scheduler: `system:serviceaccount:${namespaceName}:${chart.schedulerAccount}`,
            proxyImage: proxyImage(mesh.chartValues, config.images),
        },
        opts,
    );
    const behindGate = pulumi.mergeOptions(opts, { dependsOn: [gate] });
    const image = airflow.image ?? officialImage(airflow.version);
    const environment = taskEnvironment(airflow.secretConfig, airflow.lookups);

    const policies = Map.groupBy(objects, ({ metadata }) => metadata.namespace);

    const homes = teams.map(({ team, bundles, groups, isolated }) => {
        const home = new TeamNamespace(
            teamNamespace(team.name),
            {
                team,
                platformImage: { reference: imageReference(image), pullSecret: image.pullSecret },
                inboundPolicy: inboundPolicy(mesh.policy),
                scheduler: { namespace: namespaceName, name: chart.schedulerAccount },
                apiServer: { namespace: namespaceName, name: chart.apiServerAccount },
                parts: isolated ? [airflow.sizes.dagProcessor, airflow.sizes.triggerer] : [],
                podCleanup: { namespace: namespaceName, name: podCleanup.serviceAccount ?? "" },
                people: [...kubectlGroups(groups, config.login), ...roleGroups(team.name, config.teams)],
                accountAnnotations: roles[team.name]?.serviceAccountAnnotations,
            },
            behindGate,
        );
        const credentials = new DagBundleCredentials(
            `${teamNamespace(team.name)}-dags`,
            { namespace: home.namespace, bundles },
            behindGate,
        );
        const { logVolume } = surroundings.args;
        const logs =
            logVolume &&
            new LogVolume(`${teamNamespace(team.name)}-logs`, { namespace: home.namespace, ...logVolume }, behindGate);
        const inTeam = { namespace: home.namespace };
        const settings = [
            ...(Object.keys(environment).length === 0
                ? []
                : [
                      new EnvironmentSecret(
                          `${teamNamespace(team.name)}-environment`,
                          { ...inTeam, secretName: secrets.taskEnvironment, variables: environment },
                          behindGate,
                      ),
                  ]),
            ...(airflow.registryLogin
                ? [
                      new PullSecret(
                          `${teamNamespace(team.name)}-image-pull`,
                          { ...inTeam, login: airflow.registryLogin },
                          behindGate,
                      ),
                  ]
                : []),
        ];
        const policy = new MeshPolicy(
            `${teamNamespace(team.name)}-policy`,
            { namespaces: [teamNamespace(team.name)], objects: policies.get(teamNamespace(team.name)) ?? [] },
            pulumi.mergeOptions(opts, { dependsOn: [home] }),
        );
        const role = roles[team.name];
        const ground = [home, credentials, ...settings, ...(logs ? [logs] : []), policy, ...(role ? [role] : [])];
        return { team, credentials, ground };
    });

    const executor = new TeamExecutor(
        "team-executor",
        {
            namespace,
            teams: teams.map((each) => ({
                team: each.team,
                bundles: each.bundles.map(({ name }) => name),
                parts: podParts(each, config, foundation),
                // What the API server reads of them, and not where they call from, which the mesh decides.
                machines: each.machines.map(({ from: _, ...machine }) => machine),
                isolated: each.isolated,
            })),
        },
        opts,
    );

    return {
        airflow: {
            chartValues: executor.chartValues,
            namespaces: teams.map(({ team }) => teamNamespace(team.name)),
            isolated,
        },
        bundleVersions: Object.assign({}, ...homes.map(({ credentials }) => credentials.versions)) as Record<
            string,
            pulumi.Output<string>
        >,
        ground: Object.fromEntries(homes.map(({ team, ground }) => [team.name, ground])),
        dependsOn: [executor, ...homes.flatMap(({ ground }) => ground)],
        outputs: Object.fromEntries(
            teams.map(({ team: { name } }) => [
                name,
                {
                    namespace: teamNamespace(name),
                    serviceAccount: taskAccount,
                    meshIdentity: workloadIdentity(taskAccount, teamNamespace(name), trust.domain),
                    // Left out where there is none, because Pulumi warns about an undefined output.
                    ...(roles[name] && { roleArn: roles[name].roleArn }),
                },
            ]),
        ),
    };
}

/** What the stack tells others of its tasks: by team, or in a stack without teams of all of them. */
export function tasksOutputs(outputs: DeployedTeams["outputs"]): Pick<PlatformOutputs, "teams" | "tasks"> {
    const { [noTeam]: tasks, ...teams } = outputs;
    return tasks === undefined ? { teams } : { tasks };
}

async function rolesOf(config: PlatformConfig, foundation: Foundation, { taskLogs }: AirflowSurroundings) {
    if (foundation.aws !== undefined) {
        const { teamsInAws } = await import("./teams-in-aws.ts");
        return teamsInAws(foundation.aws, config, taskLogs);
    }
    const wanting = config.teams.find(({ aws }) => aws !== undefined);
    if (wanting !== undefined) {
        throw new Error(
            `team ${wanting.team.name} has aws, and the cluster is not in AWS: the config's rules let that through`,
        );
    }
    return {};
}

/** What a team's pods have that no other team's have. */
function podParts({ bundles, aws }: TaskOwner, { airflow }: PlatformConfig, foundation: Foundation): TeamPodParts {
    const own = taskBundles(bundles);
    const log = logAccess(airflow.logs?.kind === "volume");
    const path = aws?.secretsPath ?? airflow.secrets?.tasksPath;
    const region = foundation.aws?.account.region;
    const lookup =
        path === undefined || region === undefined ? undefined : lookupIn({ path, region, lookupPattern: ownLookup });
    // In the team's own part, where no author's variable can take the place of one of the stack's.
    const added = additionParts(airflow.tasks);
    return {
        env: [...own.env, ...taskLookup(lookup), ...added.env],
        envFrom: added.envFrom,
        volumes: [...own.volumes, ...log.volumes, ...added.volumes],
        volumeMounts: [...own.volumeMounts, ...log.volumeMounts, ...added.volumeMounts],
    };
}
