import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../aws/account.ts";
import { after } from "../after.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { type ClusterNetwork } from "./network/cluster-network.ts";
import { ClusterNodes, type ManagedNodes } from "./nodes/cluster-nodes.ts";
import { clusterProblem } from "./cluster-problem.ts";
import { ControlPlane } from "./control-plane.ts";
import type { OptionalLog } from "./optional-log.ts";
import { execKubeconfig } from "./kubeconfig.ts";
import { callerProblem } from "./principals.ts";
import { type PublicAccess } from "./public-access.ts";
import { ServiceRole } from "../aws/service-role.ts";
import { defaultKubernetesVersion } from "./nodes/versions.ts";

/** Nodes, storage, networking and load balancers that EKS runs by itself, and updates by itself. */
export interface AutoMode {
    kind: "auto";
}

export interface ClusterArgs {
    account: pulumi.Input<AwsAccount>;

    region: string;

    /** The cluster's name. Plain, so that previews know which cluster they are of. */
    clusterName: string;

    /** Where nodes are, and the addresses by which the API server reaches them. */
    network: Pick<ClusterNetwork, "nodeSubnetIds">;

    /** ARNs of roles or users that may do everything; who deploys must be one. Plain, because each is a resource. */
    admins: readonly string[];

    /**
     * ARNs of roles or users that may see everything but Secrets. Plain, because each is a resource. Defaults to none.
     */
    viewers?: readonly string[];

    /**
     * Who AWS says that the running program is. Given, a deployment by somebody who is no admin is refused before there
     * is a cluster; a preview is not, because it may run as somebody who can only read. Defaults to no check.
     */
    callerArn?: pulumi.Input<string>;

    /** Who looks after nodes. Plain, because it decides which resources exist. */
    nodes: ManagedNodes | AutoMode;

    /** A version of Kubernetes of the table, such as `1.36`, which is the default. */
    version?: string;

    /** Who may reach the API server from outside the VPC. Defaults to nobody, and who deploys has to be inside. */
    publicAccess?: PublicAccess;

    /** The range of Services' addresses. Defaults to what EKS chooses: 10.100.0.0/16 or 172.20.0.0/16. */
    serviceCidr?: string;

    /** What the control plane logs besides `audit` and `authenticator`. Defaults to nothing more. */
    logs?: readonly OptionalLog[];

    /** How many days the control plane's logs are kept. One of CloudWatch's own numbers. Defaults to 365. */
    logRetentionDays?: number;

    /** ARN of the policy that bounds what the roles can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Tags of instances and their disks, which no default of the provider reaches. Defaults to none. */
    instanceTags?: Record<string, string>;

    /**
     * Lets a deployment delete or replace the cluster, its logs and its keys, which Pulumi and EKS refuse otherwise.
     * EKS looks at what was deployed last, so this has to be deployed before the change that needs it. Defaults to
     * false.
     */
    allowReplace?: boolean;
}

/**
 * An EKS cluster: a private API server that only named principals may use, encrypted Secrets, an audit log, and nodes.
 * What is in it is deployed by `kubeconfig`, which comes last and therefore goes first.
 */
export class Cluster extends pulumi.ComponentResource {
    public readonly name: pulumi.Output<string>;
    public readonly endpoint: pulumi.Output<string>;
    /** Without credentials. Waits for nodes, add-ons and access, so that whatever is deployed by it can run. */
    public readonly kubeconfig: pulumi.Output<string>;
    public readonly oidcProviderArn: pulumi.Output<string>;
    /** Without `https://`. */
    public readonly oidcIssuer: pulumi.Output<string>;
    /** What nodes and the API server share. */
    public readonly clusterSecurityGroupId: pulumi.Output<string>;

    constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Cluster", name, {}, opts);

        const { account, region, clusterName, nodes, permissionsBoundary, publicAccess } = args;
        const version = args.version ?? defaultKubernetesVersion;
        const problem = clusterProblem({ clusterName, version, publicAccess });
        if (problem !== undefined) {
            throw new pulumi.ResourceError(`${problem.field} is ${problem.value}: ${problem.rule}`, this);
        }

        const nodeSubnetIds = pulumi.all([args.callerArn, args.network.nodeSubnetIds]).apply(([caller, subnetIds]) => {
            const refusal =
                caller === undefined || pulumi.runtime.isDryRun() ? undefined : callerProblem(caller, args.admins);
            if (refusal !== undefined) {
                throw new pulumi.ResourceError(refusal, this);
            }
            return subnetIds;
        });

        const autoModeNodes = nodes.kind === "auto" ? autoModeRole(name, args, { parent: this }) : undefined;

        const controlPlane = new ControlPlane(
            `${name}-control-plane`,
            {
                account,
                clusterName,
                version,
                subnetIds: nodeSubnetIds,
                autoModeNodeRoleArn: autoModeNodes?.arn,
                publicAccess,
                serviceCidr: args.serviceCidr,
                logs: args.logs ?? [],
                logRetentionDays: args.logRetentionDays ?? 365,
                permissionsBoundary,
                allowReplace: args.allowReplace ?? false,
            },
            { parent: this },
        );

        const access = new ClusterAccess(
            `${name}-access`,
            {
                clusterName: controlPlane.name,
                account,
                admins: args.admins,
                viewers: args.viewers,
            },
            { parent: this },
        );

        // After access, so that it goes before: who deletes must be let in until nothing is left to delete.
        const last: pulumi.Resource[] =
            nodes.kind === "auto"
                ? [access]
                : [
                      access,
                      new ClusterNodes(
                          `${name}-nodes`,
                          {
                              nodes,
                              namePrefix: clusterName,
                              clusterName: controlPlane.name,
                              clusterVersion: controlPlane.version,
                              version,
                              account,
                              region,
                              subnetIds: nodeSubnetIds,
                              permissionsBoundary,
                              tags: args.instanceTags ?? {},
                          },
                          { parent: this, dependsOn: [access] },
                      ),
                  ];

        this.name = controlPlane.name;
        this.endpoint = controlPlane.endpoint;
        this.kubeconfig = after(
            last,
            pulumi
                .all([controlPlane.endpoint, controlPlane.certificateAuthority])
                .apply(([endpoint, certificateAuthority]) =>
                    execKubeconfig({ clusterName, region, endpoint, certificateAuthority }),
                ),
        );
        this.oidcProviderArn = controlPlane.oidcProviderArn;
        this.oidcIssuer = controlPlane.oidcIssuer;
        this.clusterSecurityGroupId = controlPlane.clusterSecurityGroupId;

        this.registerOutputs({
            name: this.name,
            endpoint: this.endpoint,
            kubeconfig: this.kubeconfig,
            oidcProviderArn: this.oidcProviderArn,
            oidcIssuer: this.oidcIssuer,
            clusterSecurityGroupId: this.clusterSecurityGroupId,
        });
    }
}

function autoModeRole(
    name: string,
    { clusterName, account, permissionsBoundary }: ClusterArgs,
    opts: pulumi.ComponentResourceOptions,
): ServiceRole {
    return new ServiceRole(
        `${name}-instances`,
        {
            namePrefix: clusterName,
            // Not the name of managed nodes' role: where one kind replaces the other, both are there for a while.
            purpose: "auto-mode-nodes",
            service: "ec2.amazonaws.com",
            account,
            managedPolicies: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"],
            permissionsBoundary,
        },
        opts,
    );
}
