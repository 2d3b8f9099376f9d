import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import {
    type CredentialBinding,
    type ExistingClusterFacts,
    existingClusterProblems,
} from "./existing-cluster-problems.ts";
import { execKubeconfig } from "./kubeconfig.ts";
import { found } from "../aws/lookup.ts";

export interface ExistingClusterArgs {
    /** Plain, so that it can be looked up in previews. */
    clusterName: string;

    region: string;

    /** How the platform's workloads get credentials. The cluster is checked for each of them. */
    bindings: readonly CredentialBinding[];

    /**
     * What enforces NetworkPolicy, such as `cilium`. Defaults to the add-on vpc-cni, whose settings are then checked.
     */
    networkPolicyEnforcedBy?: string;
}

/**
 * An EKS cluster that somebody else runs, looked up and checked before anything is created in it. All problems are
 * reported at once. AWS's API does not show what is in the cluster: that somebody else owns Gateway API's definitions
 * is noticed by `GatewayApi`, the first thing in the cluster, which fails instead of taking them over. A preview
 * notices it too if it can reach the API server.
 */
export class ExistingCluster extends pulumi.ComponentResource {
    public readonly name: pulumi.Output<string>;
    public readonly endpoint: pulumi.Output<string>;
    /** Without credentials: it uses the AWS identity of whoever runs the program. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** The IAM OIDC provider, which IRSA needs. Undefined if IAM has none. */
    public readonly oidcProviderArn: pulumi.Output<string | undefined>;
    /** Without `https://`. */
    public readonly oidcIssuer: pulumi.Output<string>;
    public readonly clusterSecurityGroupId: pulumi.Output<string>;

    constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ExistingCluster", name, {}, opts);

        const { clusterName, region } = args;
        const cluster = pulumi.output(lookedUp(clusterName, { parent: this })).apply((facts) => {
            const problems = existingClusterProblems(facts, args);
            if (facts === undefined || problems.length > 0) {
                const lines = problems.map((problem) => `  - ${problem}`).join("\n");
                throw new pulumi.ResourceError(`the cluster ${clusterName} cannot be used:\n${lines}`, this);
            }
            return facts;
        });

        this.name = cluster.apply(() => clusterName);
        this.endpoint = cluster.endpoint;
        this.kubeconfig = cluster.apply(({ endpoint, certificateAuthority }) =>
            execKubeconfig({ clusterName, region, endpoint, certificateAuthority }),
        );
        this.oidcProviderArn = cluster.apply(({ oidcProviderArn }) => oidcProviderArn);
        this.oidcIssuer = cluster.issuer.apply((url) => url.replace(/^https:\/\//, ""));
        this.clusterSecurityGroupId = cluster.clusterSecurityGroupId;

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

interface LookedUp extends ExistingClusterFacts {
    readonly endpoint: string;
    readonly certificateAuthority: string;
    readonly clusterSecurityGroupId: string;
}

async function lookedUp(clusterName: string, opts: pulumi.InvokeOptions): Promise<LookedUp | undefined> {
    const cluster = await found(aws.eks.getCluster({ name: clusterName }, opts));
    if (cluster === undefined) {
        return undefined;
    }
    const issuer = cluster.identities[0]?.oidcs[0]?.issuer ?? "";
    const [oidcProvider, vpcCni, agent] = await Promise.all([
        found(aws.iam.getOpenIdConnectProvider({ url: issuer }, opts)),
        found(aws.eks.getAddon({ clusterName, addonName: "vpc-cni" }, opts)),
        found(aws.eks.getAddon({ clusterName, addonName: "eks-pod-identity-agent" }, opts)),
    ]);
    return {
        status: cluster.status,
        version: cluster.version,
        authenticationMode: cluster.accessConfigs[0]?.authenticationMode ?? "CONFIG_MAP",
        autoMode: cluster.computeConfigs[0]?.enabled ?? false,
        endpoint: cluster.endpoint,
        certificateAuthority: cluster.certificateAuthorities[0]?.data ?? "",
        clusterSecurityGroupId: cluster.vpcConfig.clusterSecurityGroupId,
        issuer,
        oidcProviderArn: oidcProvider?.arn,
        vpcCniSettings: vpcCni && vpcCni.configurationValues,
        podIdentityAgent: agent !== undefined,
    };
}
