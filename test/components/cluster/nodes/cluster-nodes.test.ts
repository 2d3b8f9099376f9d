import assert from "node:assert/strict";

import { Cluster } from "../../../../components/cluster/cluster.ts";
import { addonsOnNodes } from "../../../../components/cluster/nodes/cluster-addons.ts";
import { type ManagedNodes } from "../../../../components/cluster/nodes/cluster-nodes.ts";
import { defaultTaskPool } from "../../../../components/cluster/nodes/node-pool.ts";
import { type AddonVersions } from "../../../../components/cluster/nodes/versions.ts";
import { type Registered, underMocks } from "../../../support/mocks.ts";
import { clusterKinds } from "../cluster-kinds.ts";
import { managed, usualCluster } from "../usual-cluster.ts";

async function nodes(
    more: Partial<ManagedNodes> = {},
    instanceTags: Record<string, string> = {},
    addonVersions: AddonVersions = {},
): Promise<Registered> {
    const { registered } = await underMocks(
        clusterKinds,
        () =>
            new Cluster("cluster", { ...usualCluster(), nodes: { ...managed, ...more }, instanceTags, addonVersions }),
    );
    return registered;
}

const platform = "cluster-nodes-platform-nodes";
const tasks = "cluster-nodes-tasks-nodes";
const templates = ["cluster-nodes-platform-template", "cluster-nodes-tasks-template"];

describe("nodes of a cluster", () => {
    it("keep the platform on instances that stay, in every zone", async () => {
        const registered = await nodes();
        assert.equal(registered.input(platform, "capacityType"), "ON_DEMAND");
        assert.deepEqual(registered.input(platform, "taints"), []);
        assert.deepEqual(registered.input(platform, "scalingConfig"), { minSize: 3, maxSize: 6, desiredSize: 3 });
        assert.deepEqual(registered.input(platform, "subnetIds"), ["subnet-1", "subnet-2", "subnet-3"]);
    });

    it("run tasks on spot instances of several types that nothing else runs on", async () => {
        const registered = await nodes();
        assert.equal(registered.input(tasks, "capacityType"), "SPOT");
        assert.ok((registered.input(tasks, "instanceTypes") as unknown[]).length >= 3);
        assert.deepEqual(registered.input(tasks, "scalingConfig"), { minSize: 2, maxSize: 20, desiredSize: 2 });
        assert.deepEqual(registered.input(tasks, "labels"), { "airflow-linkerd.io/tasks": "true" });
        assert.deepEqual(registered.input(tasks, "taints"), [
            { key: "airflow-linkerd.io/tasks", value: "true", effect: "NO_SCHEDULE" },
        ]);
    });

    it("keep the credentials of the instance from pods: IMDSv2, and an answer that gets no further than the host", async () => {
        const registered = await nodes();
        for (const template of templates) {
            assert.deepEqual(registered.input(template, "metadataOptions"), {
                httpEndpoint: "enabled",
                httpTokens: "required",
                httpPutResponseHopLimit: 1,
            });
        }
    });

    it("have encrypted disks, no key for SSH, and an image that EKS keeps", async () => {
        const registered = await nodes();
        for (const template of templates) {
            assert.deepEqual(registered.input(template, "blockDeviceMappings.0.ebs"), {
                volumeType: "gp3",
                volumeSize: 100,
                encrypted: "true",
                deleteOnTermination: "true",
            });
            assert.equal(registered.input(template, "keyName"), undefined);
            assert.equal(registered.input(template, "userData"), undefined);
        }
        for (const group of [platform, tasks]) {
            assert.equal(registered.input(group, "remoteAccess"), undefined);
            assert.equal(registered.input(group, "amiType"), "AL2023_x86_64_STANDARD");
            assert.equal(registered.input(group, "launchTemplate.version"), "1");
        }
    });

    it("may do what nodes must and no more: networking is the CNI's own role", async () => {
        const registered = await nodes();
        const role = registered
            .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
            .filter(({ name }) => name.startsWith("cluster-nodes-instances-"))
            .map(({ inputs }) => inputs.policyArn);
        assert.deepEqual(role.sort(), [
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
            "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
            "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
        ]);
        assert.match(
            String(registered.input("cluster-nodes-instances-role", "assumeRolePolicy")),
            /"ec2\.amazonaws\.com"/,
        );
    });

    it("follow the cluster's version only once the cluster has it", async () => {
        const registered = await nodes();
        for (const group of [platform, tasks]) {
            const from = registered.get(group).propertyDependencies.version ?? [];
            assert.ok(from.some((urn) => urn.endsWith("cluster-control-plane-cluster")));
        }
    });

    it("are as many as the stack says, because nothing else adds one, and so follow it when it says another number", async () => {
        const registered = await nodes();
        for (const group of [platform, tasks]) {
            assert.deepEqual(registered.get(group).ignoreChanges, []);
        }
    });

    it("leave their number to an autoscaler once they are there, where somebody runs one", async () => {
        const registered = await nodes({ scaledBy: "autoscaler" });
        for (const group of [platform, tasks]) {
            assert.deepEqual(registered.get(group).ignoreChanges, ["scalingConfig.desiredSize"]);
        }
    });

    it("may be none for tasks only where an autoscaler adds some, and never none for it to run on", async () => {
        const none = { ...defaultTaskPool, minimum: 0 };
        const registered = await nodes({ scaledBy: "autoscaler", tasks: none });
        assert.equal(registered.input(tasks, "scalingConfig.desiredSize"), 0);
        await assert.rejects(nodes({ tasks: none }), /tasks\.minimum is 0: there would never be a node/);
        await assert.rejects(
            nodes({ scaledBy: "autoscaler", platform: none }),
            /platform\.minimum is 0: an autoscaler itself has to run on some node/,
        );
    });

    it("carry the stack's tags, on instances and on disks", async () => {
        const registered = await nodes({}, { team: "data" });
        const specifications = registered.input("cluster-nodes-tasks-template", "tagSpecifications");
        assert.deepEqual(specifications, [
            { resourceType: "instance", tags: { team: "data", Name: "prod-tasks" } },
            { resourceType: "volume", tags: { team: "data", Name: "prod-tasks" } },
        ]);
    });

    it("are as many and as large as is asked", async () => {
        const registered = await nodes({
            platform: { instanceTypes: ["m7i.large"], minimum: 2, maximum: 2, diskGb: 50 },
        });
        assert.deepEqual(registered.input(platform, "instanceTypes"), ["m7i.large"]);
        assert.deepEqual(registered.input(platform, "scalingConfig"), { minSize: 2, maxSize: 2, desiredSize: 2 });
        assert.equal(registered.input("cluster-nodes-platform-template", "blockDeviceMappings.0.ebs.volumeSize"), 50);
    });

    it("refuse a pool that cannot be, with the setting and the way out", async () => {
        const pool = { instanceTypes: ["m7i.large"], minimum: 1, maximum: 10, diskGb: 50 };
        const many = ["a.large", "b.large", "c.large"];
        await assert.rejects(
            nodes({ tasks: pool }),
            /tasks\.instanceTypes is \["m7i\.large"\]: spot capacity .* at least 3/,
        );
        await assert.rejects(
            nodes({ platform: { ...pool, instanceTypes: [] } }),
            /platform\.instanceTypes is an empty list/,
        );
        await assert.rejects(nodes({ platform: { ...pool, minimum: -1 } }), /platform\.minimum is -1/);
        await assert.rejects(
            nodes({ tasks: { ...pool, instanceTypes: many, minimum: 3, maximum: 2 } }),
            /tasks\.maximum is 2: .* not below minimum \(3\)/,
        );
        await assert.rejects(
            nodes({ tasks: { ...pool, instanceTypes: many, diskGb: 5 } }),
            /tasks\.diskGb is 5: .* from 20/,
        );
    });
});

describe("add-ons of a cluster", () => {
    const addon = (name: string) =>
        `cluster-nodes-${addonsOnNodes.some((late) => late === name) ? "services" : "networking"}-${name}`;

    it("are the seven that the platform needs, each pinned", async () => {
        const registered = await nodes();
        const addons = registered.ofType("aws:eks/addon:Addon");
        assert.deepEqual(addons.map(({ inputs }) => inputs.addonName).sort(), [
            "aws-ebs-csi-driver",
            "coredns",
            "eks-node-monitoring-agent",
            "eks-pod-identity-agent",
            "kube-proxy",
            "metrics-server",
            "vpc-cni",
        ]);
        for (const { name, inputs } of addons) {
            assert.match(String(inputs.addonVersion), /^v\d+\.\d+\.\d+-eksbuild\.\d+$/, name);
            assert.equal(inputs.resolveConflictsOnUpdate, "OVERWRITE", name);
        }
        assert.match(String(registered.input(addon("kube-proxy"), "addonVersion")), /^v1\.36\./);
    });

    it("are of other builds where the stack names them", async () => {
        const registered = await nodes({}, {}, { coredns: "v1.14.9-eksbuild.1" });
        assert.equal(registered.input(addon("coredns"), "addonVersion"), "v1.14.9-eksbuild.1");
        assert.match(String(registered.input(addon("kube-proxy"), "addonVersion")), /^v1\.36\./);
        await assert.rejects(
            nodes({}, {}, { "kube-proxy": "v1.35.3-eksbuild.13" }),
            /addonVersions\["kube-proxy"\] is "v1\.35\.3-eksbuild\.13": kube-proxy goes with the nodes' Kubernetes, which is 1\.36/,
        );
        await assert.rejects(
            nodes({}, {}, { coredns: "1.14" }),
            /addonVersions\.coredns is "1\.14": .* a build of EKS/,
        );
    });

    it("have the CNI enforce NetworkPolicy, which it does not by itself", async () => {
        const registered = await nodes();
        assert.deepEqual(JSON.parse(String(registered.input(addon("vpc-cni"), "configurationValues"))), {
            enableNetworkPolicy: "true",
        });
    });

    it("get roles of their own by EKS Pod Identity, and only those that call AWS", async () => {
        const registered = await nodes();
        const identities: [addon: string, role: string, account: string, policy: string][] = [
            ["vpc-cni", "cluster-nodes-networking-cni", "aws-node", "AmazonEKS_CNI_Policy"],
            ["aws-ebs-csi-driver", "cluster-nodes-services-ebs", "ebs-csi-controller-sa", "AmazonEBSCSIDriverPolicy"],
        ];
        for (const [name, role, account, policy] of identities) {
            assert.equal(registered.input(addon(name), "podIdentityAssociations.0.serviceAccount"), account);
            assert.match(
                String(registered.input(addon(name), "podIdentityAssociations.0.roleArn")),
                new RegExp(`:role/prod-${name}$`),
            );
            assert.ok(registered.everythingBefore(addon(name)).has(`${role}-${policy}`), "its policy is there first");
        }
        const others = [
            "coredns",
            "kube-proxy",
            "eks-pod-identity-agent",
            "metrics-server",
            "eks-node-monitoring-agent",
        ];
        for (const name of others) {
            assert.deepEqual(registered.input(addon(name), "podIdentityAssociations"), []);
        }
    });

    it("have roles that EKS can assume for that account of that cluster alone", async () => {
        const registered = await nodes();
        const trust = JSON.parse(String(registered.input("cluster-nodes-networking-cni-role", "assumeRolePolicy"))) as {
            Statement: unknown[];
        };
        assert.deepEqual(trust.Statement, [
            {
                Sid: "OneService",
                Effect: "Allow",
                Principal: { Service: ["pods.eks.amazonaws.com"] },
                Action: ["sts:AssumeRole", "sts:TagSession"],
                Condition: {
                    StringEquals: {
                        "aws:RequestTag/eks-cluster-arn": ["arn:aws:eks:eu-west-1:123456789012:cluster/prod"],
                        "aws:RequestTag/kubernetes-namespace": ["kube-system"],
                        "aws:RequestTag/kubernetes-service-account": ["aws-node"],
                    },
                },
            },
        ]);
    });
});
