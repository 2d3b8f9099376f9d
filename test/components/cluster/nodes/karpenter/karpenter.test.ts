import assert from "node:assert/strict";

import { Cluster } from "../../../../../components/cluster/cluster.ts";
import { Karpenter } from "../../../../../components/cluster/nodes/karpenter/karpenter.ts";
import { karpenterValues } from "../../../../../components/cluster/nodes/karpenter/karpenter-values.ts";
import { defaultTaskPools, type TaskPool } from "../../../../../components/cluster/nodes/karpenter/task-pool.ts";
import { TaskNodePools } from "../../../../../components/cluster/nodes/karpenter/task-node-pools.ts";
import { type Registered, underMocks, value } from "../../../../support/mocks.ts";
import { clusterKinds } from "../../cluster-kinds.ts";
import { usualCluster } from "../../usual-cluster.ts";

const kinds = [
    ...clusterKinds,
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:iam/instanceProfile:InstanceProfile",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:sqs/queue:Queue",
    "aws:sqs/queuePolicy:QueuePolicy",
];

const cluster = () =>
    underMocks(kinds, () => new Cluster("cluster", { ...usualCluster(), nodes: { kind: "karpenter" } }));

const rights = "cluster-nodes-karpenter";

describe("a cluster whose nodes for tasks are Karpenter's", () => {
    it("has a group for the platform, of a fixed number of nodes, and none for tasks", async () => {
        const { registered } = await cluster();
        const groups = registered.ofType("aws:eks/nodeGroup:NodeGroup");
        assert.deepEqual(
            groups.map(({ name }) => name),
            ["cluster-nodes-platform-nodes"],
        );
        assert.deepEqual(groups[0]?.inputs.scalingConfig, { minSize: 3, maxSize: 3, desiredSize: 3 });
    });

    it("hands Karpenter its role by EKS, for that account alone, before its first pod", async () => {
        const { registered, made } = await cluster();
        const association = `${rights}-association`;
        assert.equal(registered.input(association, "namespace"), "kube-system");
        assert.equal(registered.input(association, "serviceAccount"), "karpenter");
        assert.match(String(registered.input(association, "roleArn")), /:role\/prod-karpenter$/);
        const trust = String(registered.input(`${rights}-controller-role`, "assumeRolePolicy"));
        assert.match(trust, /"aws:RequestTag\/kubernetes-service-account":\["karpenter"\]/);
        assert.equal(await value(made.karpenter?.queueName ?? assert.fail("no rights")), "prod-interruptions");
        assert.equal(registered.input(`${rights}-profile`, "role"), "prod-nodes");
    });

    it("hears of nodes that AWS takes, from these rules alone, and by TLS", async () => {
        const { registered } = await cluster();
        const patterns = registered
            .ofType("aws:cloudwatch/eventRule:EventRule")
            .map(
                ({ inputs }) =>
                    (JSON.parse(String(inputs.eventPattern)) as { "detail-type": string[] })["detail-type"][0],
            );
        assert.deepEqual(patterns.sort(), [
            "AWS Health Event",
            "EC2 Instance Rebalance Recommendation",
            "EC2 Instance State-change Notification",
            "EC2 Spot Instance Interruption Warning",
        ]);
        assert.equal(registered.ofType("aws:cloudwatch/eventTarget:EventTarget").length, 4);
        assert.equal(registered.input(`${rights}-interruptions-queue`, "sqsManagedSseEnabled"), true);
        const policy = JSON.parse(String(registered.input(`${rights}-interruptions-policy`, "policy"))) as {
            Statement: { Effect: string; Condition: Record<string, Record<string, string[]>> }[];
        };
        const [allow, deny] = policy.Statement;
        assert.equal(allow?.Condition.ArnEquals?.["aws:SourceArn"]?.length, 4);
        assert.deepEqual([deny?.Effect, deny?.Condition], ["Deny", { Bool: { "aws:SecureTransport": ["false"] } }]);
    });
});

describe("Karpenter", () => {
    it("comes after its definitions, which have a release of their own", async () => {
        const { registered } = await underMocks(
            ["kubernetes:helm.sh/v3:Release"],
            () => new Karpenter("karpenter", { clusterName: "prod", queueName: "prod-interruptions" }),
        );
        assert.ok(registered.dependenciesOf("karpenter-release").includes("karpenter-crds"));
        assert.equal(registered.input("karpenter-release", "skipCrds"), true);
        assert.equal(registered.input("karpenter-release", "chart"), "oci://public.ecr.aws/karpenter/karpenter");
        assert.equal(registered.input("karpenter-release", "version"), registered.input("karpenter-crds", "version"));
        assert.deepEqual(registered.input("karpenter-release", "values.settings"), {
            clusterName: "prod",
            interruptionQueue: "prod-interruptions",
        });
    });

    it("takes its image from a mirror, by digest", () => {
        const settings = { clusterName: "prod", queueName: "q" };
        assert.equal((karpenterValues(settings).controller as Record<string, unknown>).image, undefined);
        const images = { mirror: "registry.example.com/m", digests: { karpenter: "sha256:1" } };
        assert.deepEqual((karpenterValues({ ...settings, images }).controller as Record<string, unknown>).image, {
            repository: "registry.example.com/m/karpenter/controller",
            tag: "1.14.1",
            digest: "sha256:1",
        });
    });
});

describe("TaskNodePools", () => {
    const pools = async (more: readonly TaskPool[] = []): Promise<Registered> => {
        const { registered } = await underMocks(
            ["kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", "kubernetes:karpenter.sh/v1:NodePool"],
            () =>
                new TaskNodePools("tasks", {
                    pools: [...defaultTaskPools, ...more],
                    diskGb: 100,
                    instanceProfile: "prod-task-nodes",
                    subnetIds: ["subnet-1", "subnet-2"],
                    clusterSecurityGroupId: "sg-1",
                    tags: { team: "data" },
                }),
        );
        return registered;
    };

    it("have nodes that keep the instance's credentials from pods, with encrypted disks and the stack's tags", async () => {
        const registered = await pools();
        const spec = (path: string) => registered.input("tasks-class", `spec.${path}`);
        assert.equal(spec("metadataOptions.httpTokens"), "required");
        assert.equal(spec("metadataOptions.httpPutResponseHopLimit"), 1);
        assert.deepEqual(spec("blockDeviceMappings.0.ebs"), {
            volumeType: "gp3",
            volumeSize: "100Gi",
            encrypted: true,
            deleteOnTermination: true,
        });
        assert.deepEqual(spec("subnetSelectorTerms"), [{ id: "subnet-1" }, { id: "subnet-2" }]);
        assert.deepEqual(spec("securityGroupSelectorTerms"), [{ id: "sg-1" }]);
        assert.deepEqual(spec("tags"), { team: "data" });
    });

    it("go before the class of their nodes does, and refuse what cannot be", async () => {
        const gpu = { ...defaultTaskPools[0], name: "gpu", capacity: "on-demand", categories: ["g"] } as TaskPool;
        const registered = await pools([gpu]);
        for (const pool of ["tasks-general", "tasks-gpu"]) {
            assert.ok(registered.dependenciesOf(pool).includes("tasks-class"));
        }
        await assert.rejects(pools([defaultTaskPools[0] as TaskPool]), /another pool is called so/);
    });
});
