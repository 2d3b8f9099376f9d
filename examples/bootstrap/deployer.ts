import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "./accepted-findings.ts";
import { boundary, type Guarded } from "./boundary.ts";
import { type Environment } from "./config.ts";
import { deployPermissions, deploySubjects } from "./deploy-permissions.ts";
import { onlyLooking } from "./drift-permissions.ts";
import { GithubRole } from "./github-role.ts";
import { environmentSubject, type Repository } from "./github-trust.ts";
import { boundaryName, deployRoleName, driftEnvironment, driftRoleName } from "./names.ts";
import { type StateLocation } from "./state-permissions.ts";

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
 * Who deploys one environment: the jobs that name that environment on GitHub, and nobody else. With it comes the boundary
 * that every role of the deployment must carry, and on demand who looks at night whether all is as it was deployed.
 */
export class Deployer extends pulumi.ComponentResource {
    public readonly roleArn: pulumi.Output<string>;

    /** Of the role that sees what the deploy role makes and changes nothing, where the environment has one. */
    public readonly driftRoleArn: pulumi.Output<string> | undefined;

    /** Of the policy that the stack's roles must carry. */
    public readonly permissionsBoundaryArn: pulumi.Output<string>;

    constructor(name: string, args: DeployerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd-bootstrap:index:Deployer", name, {}, opts);

        const { environment, repository } = args;
        const limit = new aws.iam.Policy(
            `${name}-boundary`,
            {
                name: boundaryName(environment.name),
                description: `The most that a role of the stack ${environment.name} can ever do`,
                policy: pulumi.jsonStringify(pulumi.output(args.guarded).apply(boundary)),
            },
            { parent: this, protect: true },
        );

        const documents = pulumi
            .all([limit.arn, args.state, args.secretsKeyArn, args.guarded])
            .apply(([boundaryArn, state, secretsKeyArn, guarded]) =>
                deployPermissions({
                    region: environment.region,
                    cluster: environment.cluster,
                    zoneIds: environment.zoneIds,
                    boundaryArn,
                    state,
                    stack: { stack: environment.name, secretsKeyArn },
                    guarded,
                }),
            );

        const policies = Object.fromEntries(
            deploySubjects.map((subject) => [subject, documents.apply((known) => known[subject])]),
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
        this.permissionsBoundaryArn = limit.arn;

        this.registerOutputs({
            roleArn: this.roleArn,
            driftRoleArn: this.driftRoleArn,
            permissionsBoundaryArn: this.permissionsBoundaryArn,
        });
    }
}

const grantsNothing = "It is a boundary: it says how far grants may reach, and grants nothing by itself";

export const acceptedFindings: AcceptedFindings = {
    boundary: {
        CKV2_AWS_40: grantsNothing,
        CKV_AWS_62: grantsNothing,
        CKV_AWS_63: grantsNothing,
        CKV_AWS_286: grantsNothing,
        CKV_AWS_287: grantsNothing,
        CKV_AWS_288: grantsNothing,
        CKV_AWS_289: grantsNothing,
        CKV_AWS_290: grantsNothing,
        CKV_AWS_355: grantsNothing,
    },
};
