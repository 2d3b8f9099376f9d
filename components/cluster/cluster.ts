import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../aws/account.ts";
import { after } from "../after.ts";
import { problemLines } from "../problem.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { type ClusterNetwork } from "./network/cluster-network.ts";
import { ClusterNodes, type KarpenterNodes, type ManagedNodes } from "./nodes/cluster-nodes.ts";
import { clusterProblems } from "./cluster-problems.ts";
import { ControlPlane } from "./control-plane.ts";
import type { OptionalLog } from "./optional-log.ts";
import { execKubeconfig } from "./kubeconfig.ts";
import { defaultLogRetentionDays } from "./log-retention.ts";
import { callerProblem } from "./principals.ts";
import { type PeoplesLogin, type ReaderRole } from "./people.ts";
import { privateAccess } from "./private-access.ts";
import { type PublicAccess } from "./public-access.ts";
import { autoModeRole } from "./nodes/auto-mode-role.ts";
import { type KarpenterRights } from "./nodes/karpenter/karpenter-rights.ts";
import { ClusterAddons } from "./nodes/cluster-addons.ts";
import { addonsInAutoMode, type AddonVersions, defaultKubernetesVersion } from "./nodes/versions.ts";

/** EKS Auto Mode: EKS runs and updates nodes, storage, networking and load balancers. */
export interface AutoMode {
    kind: "auto";
}

export interface ClusterArgs {
    account: AwsAccount;

    /** The cluster's name. Plain, because it decides what the resources are called. */
    clusterName: string;

    /** The subnets of nodes and of the API server's network interfaces. */
    network: Pick<ClusterNetwork, "nodeSubnetIds">;

    /** ARNs of roles or users with all permissions. The deployer must be one. Plain, because each is a resource. */
    admins: readonly string[];

    /**
     * ARNs of roles or users that may read everything except Secrets. Plain, because each is a resource. Defaults to
     * none.
     */
    viewers?: readonly string[];

    /** Who has no rights but those of their groups in the cluster. Plain, because each is a resource. Defaults to nobody. */
    readers?: readonly ReaderRole[];

    /** Where people log in for kubectl. Plain, because it decides whether a resource is there. Defaults to nowhere. */
    people?: PeoplesLogin;

    /**
     * The ARN of the deployer, from AWS. If it is given and is not one of the admins, a deployment is refused before
     * the cluster is created. A preview is not, because it may run with a read-only role. Defaults to no check.
     */
    callerArn?: pulumi.Input<string>;

    /** Managed node groups, Karpenter or Auto Mode. Plain, because it decides which resources exist. */
    nodes: ManagedNodes | KarpenterNodes | AutoMode;

    /** The Kubernetes version, one of those in versions.ts. Defaults to `1.36`. */
    version?: string;

    /** Versions of add-ons in the place of those in versions.ts. Plain, as they are checked. Defaults to none. */
    addonVersions?: AddonVersions;

    /** Who may reach the API server from outside the VPC. Defaults to nobody: the deployer must be inside. */
    publicAccess?: PublicAccess;

    /**
     * Security groups whose carriers reach the API server inside the VPC besides nodes, such as a runner's. Plain, because
     * each is a resource. Defaults to none.
     */
    privateAccess?: readonly string[];

    /** The address range of Services. Defaults to EKS's choice: 10.100.0.0/16 or 172.20.0.0/16. */
    serviceCidr?: string;

    /** Logs of the control plane besides `audit` and `authenticator`. Defaults to none. */
    logs?: readonly OptionalLog[];

    /** Days that the control plane's logs are kept, one of the numbers that CloudWatch accepts. Defaults to 365. */
    logRetentionDays?: number;

    /** ARN of the permissions boundary of the roles. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Tags of instances and their disks, which do not get the provider's default tags. Defaults to none. */
    instanceTags?: Record<string, string>;

    /**
     * Lets a deployment delete or replace the cluster, its logs and its keys, which Pulumi and EKS refuse otherwise. It
     * must be deployed before the change that needs it, because EKS checks the setting that was deployed last. Defaults
     * to false.
     */
    allowReplace?: boolean;
}

/**
 * An EKS cluster: a private API server that only named principals may use, encrypted Secrets, an audit log, and nodes.
 * Everything in the cluster is deployed with `kubeconfig`, so it is created after the cluster is complete and deleted
 * before anything of the cluster.
 */
export class Cluster extends pulumi.ComponentResource {
    public readonly name: pulumi.Output<string>;
    public readonly endpoint: pulumi.Output<string>;
    /** Without credentials. Resolves only once nodes, add-ons and access are there, so that what it deploys can run. */
    public readonly kubeconfig: pulumi.Output<string>;
    public readonly oidcProviderArn: pulumi.Output<string>;
    /** Without `https://`. */
    public readonly oidcIssuer: pulumi.Output<string>;
    /** The security group that nodes and the API server share. */
    public readonly clusterSecurityGroupId: pulumi.Output<string>;
    /** What Karpenter has in AWS. Undefined where EKS manages all nodes. */
    public readonly karpenter: KarpenterRights | undefined;

    constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Cluster", name, {}, opts);

        const { account, clusterName, nodes, permissionsBoundary, publicAccess, addonVersions } = args;
        const version = args.version ?? defaultKubernetesVersion;
        const problems = clusterProblems({ clusterName, version, publicAccess, nodes, addonVersions });
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problemLines(problems), this);
        }

        const nodeSubnetIds = pulumi.all([args.callerArn, args.network.nodeSubnetIds]).apply(([caller, subnetIds]) => {
            const refusal =
                caller === undefined || pulumi.runtime.isDryRun() ? undefined : callerProblem(caller, args.admins);
            if (refusal !== undefined) {
                throw new pulumi.ResourceError(refusal, this);
            }
            return subnetIds;
        });

        const autoModeNodes =
            nodes.kind === "auto" ? autoModeRole(`${name}-instances`, args, { parent: this }) : undefined;

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
                logRetentionDays: args.logRetentionDays ?? defaultLogRetentionDays.controlPlane,
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
                readers: args.readers,
                people: args.people,
            },
            { parent: this },
        );

        const doors = privateAccess(
            `${name}-private-access`,
            {
                clusterSecurityGroupId: controlPlane.clusterSecurityGroupId,
                securityGroupIds: args.privateAccess ?? [],
            },
            { parent: this },
        );

        const ofNodes = {
            namePrefix: clusterName,
            clusterName: controlPlane.name,
            version,
            addonVersions,
            account,
            permissionsBoundary,
        };
        // Nodes depend on access, so they are deleted first: the deployer needs access until everything else is gone.
        const afterAccess = { parent: this, dependsOn: [access] };
        const last =
            nodes.kind === "auto"
                ? // The add-on is there once its pods run on a first node, a minute or more after the deployer's access entry.
                  // An API server that the entry has not reached, which takes seconds, would refuse the first object.
                  new ClusterAddons(`${name}-services`, { ...ofNodes, addons: addonsInAutoMode }, afterAccess)
                : new ClusterNodes(
                      `${name}-nodes`,
                      {
                          ...ofNodes,
                          nodes,
                          clusterVersion: controlPlane.version,
                          subnetIds: nodeSubnetIds,
                          tags: args.instanceTags ?? {},
                      },
                      afterAccess,
                  );

        this.karpenter = last instanceof ClusterNodes ? last.karpenter : undefined;
        this.name = controlPlane.name;
        this.endpoint = controlPlane.endpoint;
        this.kubeconfig = after(
            [access, last, ...doors],
            pulumi
                .all([controlPlane.endpoint, controlPlane.certificateAuthority])
                .apply(([endpoint, certificateAuthority]) =>
                    execKubeconfig({ clusterName, region: account.region, endpoint, certificateAuthority }),
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
