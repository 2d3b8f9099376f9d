import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "./accepted-findings.ts";
import { type Environment } from "./config.ts";
import { deployPermissions, deploySubjects } from "./deploy/deploy-permissions.ts";
import { onlyLooking } from "./drift-permissions.ts";
import { GithubRole } from "./github/github-role.ts";
import { environmentSubject, type Repository } from "./github/github-trust.ts";
import { type Guarded } from "./guarded.ts";
import { deployRoleName, driftEnvironment, driftRoleName, serviceBoundaryName, workloadBoundaryName } from "./names.ts";
import { serviceBoundary } from "./boundaries/service-boundary.ts";
import { type StateLocation } from "./state/state-permissions.ts";
import { workloadBoundary } from "./boundaries/workload-boundary.ts";

/**
 * The longest that Pulumi waits for one step of the platform: an update of a node group. A session that ends during a step
 * takes with it the right to write down in the state what the step made.
 */
const longestStepMinutes = 120;

/** Twice the longest step, because a session is older than the step that it must outlive. */
export const sessionSeconds = 2 * longestStepMinutes * 60;

export interface DeployerArgs {
    /** Plain, because it decides who is trusted with what. */
    environment: Environment;

    /** Plain, because it decides who is trusted. */
    repository: Repository;

    /** ARN of the account's provider for GitHub's tokens. */
    githubProviderArn: pulumi.Input<string>;

    state: pulumi.Input<StateLocation>;

    /** The key of the environment's secrets. */
    secretsKeyArn: pulumi.Input<string>;

    /** What no deployment and no role of it may touch. */
    guarded: pulumi.Input<Guarded>;
}

/**
 * Who deploys one environment: the jobs that name that environment on GitHub, and nobody else. With it come the
 * boundaries that every role of the deployment must carry one of, and on demand who looks at night whether all is as it was
 * deployed.
 */
export class Deployer extends pulumi.ComponentResource {
    public readonly roleArn: pulumi.Output<string>;

    /** Of the role that sees what the deploy role makes and changes nothing, where the environment has one. */
    public readonly driftRoleArn: pulumi.Output<string> | undefined;

    /** Of the policy that the stack's roles of workloads must carry. */
    public readonly permissionsBoundaryArn: pulumi.Output<string>;

    /** Of the policy that the cluster's own roles must carry. */
    public readonly serviceBoundaryArn: pulumi.Output<string>;

    constructor(name: string, args: DeployerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd-bootstrap:index:Deployer", name, {}, opts);

        const { environment, repository } = args;
        const guarded = pulumi.output(args.guarded);
        const workloads = new aws.iam.Policy(
            `${name}-boundary`,
            {
                name: workloadBoundaryName(environment.name),
                description: `The most that a workload of the stack ${environment.name} can ever do`,
                policy: pulumi.jsonStringify(guarded.apply((known) => workloadBoundary(known, environment))),
            },
            { parent: this, protect: true },
        );
        const services = new aws.iam.Policy(
            `${name}-service-boundary`,
            {
                name: serviceBoundaryName(environment.name),
                description: `The most that the cluster of the stack ${environment.name} itself can ever do`,
                policy: pulumi.jsonStringify(guarded.apply((known) => serviceBoundary(known, environment))),
            },
            { parent: this, protect: true },
        );

        const documents = pulumi
            .all([workloads.arn, services.arn, args.state, args.secretsKeyArn, guarded])
            .apply(([workloadsArn, servicesArn, state, secretsKeyArn, known]) =>
                deployPermissions({
                    region: environment.region,
                    cluster: environment.cluster,
                    zoneIds: environment.zoneIds,
                    boundaries: { workloadsArn, servicesArn },
                    state,
                    stack: { stack: environment.name, secretsKeyArn },
                    guarded: known,
                }),
            );

        const policies = Object.fromEntries(
            deploySubjects.map((subject) => [subject, documents.apply((policy) => policy[subject])]),
        );

        const role = new GithubRole(
            `${name}-github`,
            {
                roleName: deployRoleName(environment.name),
                description: `Deploys ${environment.name} from the environment of that name of ${repository.name}`,
                providerArn: args.githubProviderArn,
                subject: environmentSubject(repository, environment.name),
                maxSessionSeconds: sessionSeconds,
                policies,
            },
            { parent: this },
        );

        const drift =
            environment.readByNight === undefined
                ? undefined
                : new GithubRole(
                      `${name}-drift`,
                      {
                          roleName: driftRoleName(environment.name),
                          description: `Looks whether ${environment.name} is as it was deployed, and changes nothing`,
                          providerArn: args.githubProviderArn,
                          subject: environmentSubject(repository, driftEnvironment(environment.name)),
                          policies: { ...policies, "only-looking": onlyLooking() },
                      },
                      { parent: this },
                  );

        this.roleArn = role.arn;
        this.driftRoleArn = drift?.arn;
        this.permissionsBoundaryArn = workloads.arn;
        this.serviceBoundaryArn = services.arn;

        this.registerOutputs({
            roleArn: this.roleArn,
            driftRoleArn: this.driftRoleArn,
            permissionsBoundaryArn: this.permissionsBoundaryArn,
            serviceBoundaryArn: this.serviceBoundaryArn,
        });
    }
}

const grantsNothing = "It is a boundary: it says how far grants may reach, and grants nothing by itself";

export const acceptedFindings: AcceptedFindings = {
    boundary: {
        CKV_AWS_288: grantsNothing,
        CKV_AWS_289: grantsNothing,
        CKV_AWS_290: grantsNothing,
        CKV_AWS_355: grantsNothing,
    },
    "service-boundary": {
        CKV_AWS_287: grantsNothing,
        CKV_AWS_288: grantsNothing,
        CKV_AWS_289: grantsNothing,
        CKV_AWS_290: grantsNothing,
        CKV_AWS_355: grantsNothing,
    },
};
