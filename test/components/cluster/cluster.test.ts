import assert from "node:assert/strict";

import * as k8s from "@pulumi/kubernetes";

import { Cluster, type ClusterArgs } from "../../../components/cluster/cluster.ts";
import { UNKNOWN } from "../../../rehearsal/engine/values/property.ts";
import { underMocks, value } from "../../support/mocks.ts";
import { autoModeKinds, clusterKinds } from "./cluster-kinds.ts";
import { deployer, usualCluster } from "./usual-cluster.ts";

async function cluster(args: Partial<ClusterArgs> = {}, { preview = false, kinds = clusterKinds } = {}) {
    return underMocks(kinds, () => new Cluster("cluster", { ...usualCluster(), ...args }), { preview });
}

const eks = "cluster-control-plane-cluster";

describe("Cluster", () => {
    it("has the name that is asked for, known in previews, and a pinned version", async () => {
        const { made, registered } = await cluster({}, { preview: true });
        assert.equal(registered.input(eks, "name"), "prod");
        assert.equal(registered.input(eks, "version"), "1.36");
        assert.equal(await value(made.name), "prod");
        const older = await cluster({ version: "1.35" });
        assert.equal(older.registered.input(eks, "version"), "1.35");
        assert.match(
            String(older.registered.input("cluster-nodes-networking-kube-proxy", "addonVersion")),
            /^v1\.35\./,
        );
    });

    it("can be reached from within the VPC only", async () => {
        const { registered } = await cluster();
        assert.deepEqual(registered.input(eks, "vpcConfig"), {
            subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
            endpointPrivateAccess: true,
            endpointPublicAccess: false,
        });
    });

    it("can be reached from outside by the ranges that are named", async () => {
        const { registered } = await cluster({ publicAccess: { cidrs: ["203.0.113.0/24"] } });
        assert.equal(registered.input(eks, "vpcConfig.endpointPublicAccess"), true);
        assert.equal(registered.input(eks, "vpcConfig.endpointPrivateAccess"), true);
        assert.deepEqual(registered.input(eks, "vpcConfig.publicAccessCidrs"), ["203.0.113.0/24"]);
    });

    it("lets in from the VPC, besides nodes, what carries the groups that are named", async () => {
        const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
        const { made, registered } = await cluster(
            { privateAccess: ["sg-0123456789abcdef0"] },
            { kinds: [...clusterKinds, rule] },
        );
        const [door, ...others] = registered.ofType(rule);
        assert.deepEqual(others, []);
        assert.deepEqual(
            [
                door?.inputs.referencedSecurityGroupId,
                door?.inputs.fromPort,
                door?.inputs.toPort,
                door?.inputs.ipProtocol,
            ],
            ["sg-0123456789abcdef0", 443, 443, "tcp"],
        );
        assert.equal(door?.inputs.securityGroupId, await value(made.clusterSecurityGroupId));
        assert.deepEqual((await cluster()).registered.ofType(rule), []);
    });

    it("refuses to be open to anybody without a reason, to have no admin, and what it has no add-ons for", async () => {
        await assert.rejects(
            cluster({ publicAccess: { cidrs: ["0.0.0.0/0"] } }),
            /publicAccess\.cidrs\[0\] is "0\.0\.0\.0\/0": that is anybody\. Name narrower ranges, or give allowAnybody/,
        );
        await assert.rejects(cluster({ admins: [] }), /admins is an empty list: nobody could deploy/);
        await assert.rejects(
            cluster({ version: "1.30" }),
            /version is "1\.30": no add-ons are pinned.* Choose one of 1\.35, 1\.36/,
        );
        await assert.rejects(cluster({ clusterName: "pröd" }), /clusterName is "pröd": it must begin with/);
    });

    it("gives nobody rights but by an entry, not even who makes it", async () => {
        const { registered } = await cluster();
        assert.deepEqual(registered.input(eks, "accessConfig"), {
            authenticationMode: "API",
            bootstrapClusterCreatorAdminPermissions: false,
        });
        assert.equal(registered.input("cluster-access-admin-deployer", "principalArn"), deployer);
    });

    it("is not even begun by a deployer who could not deploy to it, while a preview may run as anybody", async () => {
        const session = (role: string) => `arn:aws:sts::123456789012:assumed-role/${role}/run-42`;
        const begun = async (callerArn: string, preview: boolean) => {
            const { registered } = await cluster({ callerArn }, { preview });
            return registered.resources.some(({ name }) => name === eks);
        };
        assert.equal(await begun(session("deployer"), false), true);
        assert.equal(await begun(session("other"), false), false);
        assert.equal(await begun(session("other"), true), true);
    });

    it("encrypts Secrets under a key of its own that is rotated", async () => {
        const { registered } = await cluster();
        const key = "cluster-control-plane-secrets-key";
        assert.deepEqual(registered.input(eks, "encryptionConfig.resources"), ["secrets"]);
        assert.match(String(registered.input(eks, "encryptionConfig.provider.keyArn")), /^arn:aws:kms:.*:key\//);
        assert.ok(registered.get(eks).propertyDependencies.encryptionConfig?.some((urn) => urn.endsWith(key)));
        assert.equal(registered.input(key, "enableKeyRotation"), true);
    });

    it("always logs who did what, into a group that is there before it, encrypted, and not kept for ever", async () => {
        const { registered } = await cluster();
        assert.deepEqual(registered.input(eks, "enabledClusterLogTypes"), ["audit", "authenticator"]);
        const group = "cluster-control-plane-logs-group";
        assert.equal(registered.input(group, "name"), "/aws/eks/prod/cluster");
        assert.equal(registered.input(group, "retentionInDays"), 365);
        assert.ok(registered.dependenciesOf(eks).includes(group));
        const more = await cluster({ logs: ["scheduler"], logRetentionDays: 30 });
        assert.deepEqual(more.registered.input(eks, "enabledClusterLogTypes"), ["audit", "authenticator", "scheduler"]);
        assert.equal(more.registered.input(group, "retentionInDays"), 30);
    });

    it("vouches for its pods at IAM, without a thumbprint to keep up to date", async () => {
        const { made, registered } = await cluster();
        const oidc = registered.get("cluster-control-plane-oidc").inputs;
        assert.deepEqual(oidc.clientIdLists, ["sts.amazonaws.com"]);
        assert.equal(oidc.thumbprintLists, undefined);
        assert.equal(oidc.url, `https://${await value(made.oidcIssuer)}`);
        assert.match(await value(made.oidcIssuer), /^oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]+$/);
        assert.match(await value(made.oidcProviderArn), /:oidc-provider\/oidc\.eks\./);
        assert.match(await value(made.clusterSecurityGroupId), /^sg-/);
    });

    it("installs no add-on that is not pinned, and does not go up by itself", async () => {
        const { registered } = await cluster();
        assert.equal(registered.input(eks, "bootstrapSelfManagedAddons"), false);
        assert.equal(registered.input(eks, "upgradePolicy.supportType"), "EXTENDED");
    });

    it("is protected, by Pulumi and by EKS, with its logs and keys, unless it may be replaced", async () => {
        const keys = [
            "cluster-control-plane-secrets-key",
            "cluster-control-plane-logs-encryption-key",
            "cluster-control-plane-logs-group",
        ];
        for (const protect of [true, false]) {
            const { registered } = await cluster({ allowReplace: protect ? undefined : true });
            assert.equal(registered.input(eks, "deletionProtection"), protect);
            [eks, ...keys].forEach((name) => assert.equal(registered.get(name).protect, protect, name));
        }
    });

    it("retains nothing that is deleted", async () => {
        const { registered } = await cluster();
        assert.deepEqual(
            registered.resources.filter(({ retainOnDelete }) => retainOnDelete === true),
            [],
        );
    });

    it("bounds every role where the account wants that", async () => {
        const permissionsBoundary = "arn:aws:iam::123456789012:policy/bound";
        for (const [nodes, kinds, count] of [
            [usualCluster().nodes, clusterKinds, 4],
            [{ kind: "auto" as const }, autoModeKinds, 2],
        ] as const) {
            const { registered } = await cluster({ permissionsBoundary, nodes }, { kinds: [...kinds] });
            const roles = registered.ofType("aws:iam/role:Role");
            assert.equal(roles.length, count);
            roles.forEach(({ name, inputs }) => assert.equal(inputs.permissionsBoundary, permissionsBoundary, name));
        }
    });

    it("calls its roles by its own name, so that who deploys need be let make no others", async () => {
        const namesOf = async (args: Partial<ClusterArgs>, kinds = clusterKinds) => {
            const { registered } = await cluster(args, { kinds });
            return registered
                .ofType("aws:iam/role:Role")
                .map(({ inputs }) => String(inputs.name))
                .sort();
        };
        assert.deepEqual(await namesOf({}), [
            "prod-aws-ebs-csi-driver",
            "prod-control-plane",
            "prod-nodes",
            "prod-vpc-cni",
        ]);
        assert.deepEqual(await namesOf({ nodes: { kind: "auto" } }, autoModeKinds), [
            "prod-auto-mode-nodes",
            "prod-control-plane",
        ]);
        const long = await namesOf({ clusterName: "p".repeat(60) });
        assert.equal(new Set(long).size, 4);
        assert.ok(long.every((name) => name.length <= 64 && name.startsWith("p".repeat(40))));
    });

    it("gives a kubeconfig without credentials, that asks AWS for a token", async () => {
        const { made } = await cluster();
        const kubeconfig = JSON.parse(await value(made.kubeconfig)) as {
            users: { user: Record<string, unknown> }[];
            clusters: { cluster: Record<string, unknown> }[];
        };
        assert.deepEqual(kubeconfig.users[0]?.user, {
            exec: {
                apiVersion: "client.authentication.k8s.io/v1beta1",
                command: "aws",
                args: ["--region", "eu-west-1", "eks", "get-token", "--cluster-name", "prod", "--output", "json"],
                interactiveMode: "Never",
            },
        });
        assert.equal(kubeconfig.clusters[0]?.cluster.server, await value(made.endpoint));
    });

    it("registers all of it in a first preview, where nothing is known", async () => {
        const { registered: previewed } = await cluster({}, { preview: true });
        const { registered: deployed } = await cluster();
        const names = ({ resources }: typeof deployed) => resources.map(({ name }) => name).sort();
        assert.deepEqual(names(previewed), names(deployed));
        assert.equal(previewed.input("cluster-control-plane-oidc", "url"), UNKNOWN);
        assert.equal(previewed.input("cluster-nodes-platform-nodes", "launchTemplate.version"), UNKNOWN);
    });
});

describe("Cluster in Auto Mode", () => {
    const auto = () => cluster({ nodes: { kind: "auto" } }, { kinds: autoModeKinds });

    it("counts as there only once a pod has run, by when the API server knows who may deploy", async () => {
        const kinds = [...autoModeKinds, "pulumi:providers:kubernetes"];
        const { registered } = await underMocks(kinds, () => {
            const { kubeconfig } = new Cluster("cluster", { ...usualCluster(), nodes: { kind: "auto" } });
            new k8s.Provider("kubernetes", { kubeconfig });
        });
        const metrics = "cluster-services-metrics-server";
        assert.deepEqual(
            registered.ofType("aws:eks/addon:Addon").map(({ name }) => name),
            [metrics],
        );
        assert.ok(registered.everythingBefore("kubernetes").has(metrics));
        assert.ok(registered.everythingBefore(metrics).has("cluster-access-admin-deployer-policy"));
    });

    it("turns its three parts on together, with the rights that EKS then needs", async () => {
        const { registered } = await auto();
        assert.equal(registered.input(eks, "computeConfig.enabled"), true);
        assert.deepEqual(registered.input(eks, "computeConfig.nodePools"), ["general-purpose", "system"]);
        assert.equal(registered.input(eks, "storageConfig.blockStorage.enabled"), true);
        assert.equal(registered.input(eks, "kubernetesNetworkConfig.elasticLoadBalancing.enabled"), true);
        const policies = registered
            .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
            .filter(({ name }) => name.startsWith("cluster-control-plane-service-"))
            .map(({ inputs }) => String(inputs.policyArn).replace("arn:aws:iam::aws:policy/", ""));
        assert.deepEqual(policies.sort(), [
            "AmazonEKSBlockStoragePolicy",
            "AmazonEKSClusterPolicy",
            "AmazonEKSComputePolicy",
            "AmazonEKSLoadBalancingPolicy",
            "AmazonEKSNetworkingPolicy",
        ]);
        assert.match(
            String(registered.input("cluster-control-plane-service-role", "assumeRolePolicy")),
            /sts:TagSession/,
        );
    });

    it("has them off together otherwise", async () => {
        const { registered } = await cluster();
        assert.deepEqual(registered.input(eks, "computeConfig"), { enabled: false });
        assert.equal(registered.input(eks, "storageConfig.blockStorage.enabled"), false);
        assert.equal(registered.input(eks, "kubernetesNetworkConfig.elasticLoadBalancing.enabled"), false);
        assert.doesNotMatch(
            String(registered.input("cluster-control-plane-service-role", "assumeRolePolicy")),
            /sts:TagSession/,
        );
    });
});
