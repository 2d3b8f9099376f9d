import assert from "node:assert/strict";

import { defaultTaskPools } from "../../../../components/cluster/nodes/karpenter/task-pool.ts";
import { defaultPlatformPool, defaultTaskPool } from "../../../../components/cluster/nodes/node-pool.ts";
import { eks, refusesCluster } from "./eks-section.ts";
import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";

const keys =
    "kind, accountId, region, identity, permissionsBoundaryArn, serviceBoundaryArn, stateBucketArns, name, version, addonVersions, network, serviceCidr, " +
    "publicAccess, nodes, admins, viewers, logs, logRetentionDays";

const logDays =
    "it must be a number of days that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, " +
    "1096, 1827, 2192, 2557, 2922, 3288, 3653. Choose one.";

describe("a cluster that the stack makes", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("needs a name, a place and somebody who deploys, and has safe defaults for the rest", () => {
        assert.deepEqual(config({ cluster: eks }).cluster, {
            ...eks,
            account: { id: "123456789012", region: "eu-central-1", partition: "aws" },
            identity: "pod-identity",
            stateBucketArns: [],
            version: "1.36",
            addonVersions: {},
            network: {
                kind: "new",
                cidr: "10.40.0.0/16",
                zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
                nat: "per-zone",
                endpoints: [],
                flowLogRetentionDays: 90,
            },
            serviceCidr: "172.20.0.0/16",
            nodes: {
                kind: "managed",
                scaledBy: "stack",
                platform: defaultPlatformPool,
                tasks: defaultTaskPool,
            },
            viewers: [],
            logs: [],
            logRetentionDays: 365,
        });
    });

    it("is made as the stack says", () => {
        const said = {
            version: "1.35",
            network: {
                kind: "existing",
                vpcId: "vpc-0123456789abcdef0",
                nodeSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                databaseSubnetIds: [],
                publicSubnetIds: [],
            },
            publicAccess: { cidrs: ["0.0.0.0/0"], allowAnybody: "a demo without data" },
            nodes: { kind: "auto", maximumTaskCores: 32 },
            identity: "irsa",
            permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
            serviceBoundaryArn: "arn:aws:iam::123456789012:policy/boundary-of-services",
        };
        const { cluster } = config({ cluster: { ...eks, ...said } });
        for (const [key, value] of Object.entries(said)) {
            assert.deepEqual(cluster[key as keyof typeof cluster], value, key);
        }
        const auto = config({ cluster: { ...eks, nodes: { kind: "auto" } } }).cluster;
        assert.ok(auto.kind === "eks");
        assert.deepEqual(auto.nodes, { kind: "auto", maximumTaskCores: 160 });
    });

    it("is in the partition of its region", () => {
        const partition = (region: string) => {
            const { cluster } = config({ cluster: { ...eks, region } });
            assert.ok(cluster.kind === "eks");
            return cluster.account.partition;
        };
        assert.equal(partition("cn-north-1"), "aws-cn");
        assert.equal(partition("us-gov-west-1"), "aws-us-gov");
        assert.equal(partition("us-west-2"), "aws");
    });

    describe("is refused", () => {
        it("without what only its owner knows", () => {
            refuses(
                [
                    'airflow-linkerd:cluster.accountId is missing: it must be text, or a leading zero is lost. Write it in quotes, as "123456789012".',
                    'airflow-linkerd:cluster.region is missing: it must be text. Write it as "eu-central-1".',
                    'airflow-linkerd:cluster.name is missing: it must be text. Write it as "airflow-prod".',
                    'airflow-linkerd:cluster.admins is missing: it must be a list. Write it as ["arn:aws:iam::123456789012:role/deployer"].',
                ],
                { cluster: { kind: "eks" } },
            );
        });

        it("in an account or a region that cannot be", () => {
            refusesCluster(
                { accountId: 123456789012 },
                'accountId is 123456789012: it must be text, or a leading zero is lost. Write it in quotes, as "123456789012".',
            );
            refusesCluster(
                { accountId: "12345" },
                'accountId is "12345": it must be the account\'s 12 digits. Correct it.',
            );
            refusesCluster(
                { region: "Frankfurt" },
                'region is "Frankfurt": it must be a region of AWS, such as "eu-central-1". Correct it.',
            );
        });

        it("with a name that roles could not begin with", () => {
            const rule =
                'it must be lower-case letters, digits and "-", at most 32 of them, beginning with a letter. Correct it.';
            for (const name of ["a".repeat(33), "Prod", "1prod", "prod-", "a"]) {
                refusesCluster({ name }, `name is "${name}": ${rule}`);
            }
            const longest = config({ cluster: { ...eks, name: "a".repeat(32) } }).cluster;
            assert.equal(longest.name.length, 32);
        });

        it("with a version for which nothing is pinned, or that YAML makes another of", () => {
            refusesCluster(
                { version: "1.30" },
                'version is "1.30": no add-ons are pinned for it. Choose one of 1.35, 1.36.',
            );
            refusesCluster(
                { version: 1.36 },
                'version is 1.36: it must be text, or 1.40 becomes 1.4. Write it as "1.36".',
            );
        });

        it("with addresses of Services that are no range, or that hosts have", () => {
            refusesCluster(
                { serviceCidr: "172.20.0.1/16" },
                'serviceCidr is "172.20.0.1/16": it must be a range of IPv4 addresses that begins at its first one. Write it as "172.20.0.0/16".',
            );
            refusesCluster(
                { serviceCidr: "10.40.0.0/20" },
                'serviceCidr is "10.40.0.0/20": it overlaps network.cidr (10.40.0.0/16), and pods could not tell a Service from a host. Choose another.',
            );
        });

        it("open to anybody without a reason, or in a way that EKS takes for that", () => {
            refusesCluster(
                { publicAccess: { cidrs: ["203.0.113.0/24", "0.0.0.0/0"] } },
                'publicAccess.cidrs[1] is "0.0.0.0/0": that is anybody. Name narrower ranges, or give allowAnybody with a reason.',
            );
            refusesCluster(
                { publicAccess: { cidrs: [] } },
                "publicAccess.cidrs is an empty list: EKS takes that for everybody. Name ranges, or leave public access out.",
            );
            refusesCluster(
                { publicAccess: { cidrs: ["203.0.113.7/24"] } },
                'publicAccess.cidrs[0] is "203.0.113.7/24": it must be a range of IPv4 addresses that begins at its first one. Write it as "203.0.113.0/24".',
            );
            refusesCluster(
                { publicAccess: { cidrs: ["203.0.113.0/24"], allowAnybody: "a demo" } },
                'publicAccess.allowAnybody is "a demo": no range is so wide that it holds anybody. Remove it.',
            );
            refusesCluster(
                { publicAccess: "all" },
                'publicAccess is "all": it must be a map. Write it as {cidrs: ["203.0.113.0/24"]}.',
            );
        });

        it("with nobody to deploy to it, or with who comes and goes", () => {
            refusesCluster(
                { admins: [] },
                "admins is an empty list: nobody could deploy to the cluster, which gives its creator no rights. Name at least the deployer's role.",
            );
            refusesCluster(
                { admins: ["arn:aws:sts::123456789012:assumed-role/deployer/me"] },
                'admins[0] is "arn:aws:sts::123456789012:assumed-role/deployer/me": it must be the ARN of an IAM role or user, not of a session. Write it as "arn:aws:iam::123456789012:role/deployer".',
            );
        });

        it("with somebody twice, or two of one name", () => {
            refusesCluster(
                { viewers: ["arn:aws:iam::123456789012:role/deployer"] },
                'viewers[0] is "arn:aws:iam::123456789012:role/deployer": it is in admins[0] already, and EKS takes each once. Remove one.',
            );
            refusesCluster(
                { viewers: ["arn:aws:iam::123456789012:role/staff/deployer"] },
                'viewers[0] is "arn:aws:iam::123456789012:role/staff/deployer": its name is that of admins[0], and both name resources. Rename one role.',
            );
        });

        it("with an endpoint that has no known name in its region", () => {
            refusesCluster(
                { region: "cn-north-1", network: { kind: "new", endpoints: ["sts", "eks-auth"] } },
                'network.endpoints[1] is "eks-auth": what AWS calls that endpoint in China is not known here. Leave it ' +
                    "out: nodes reach the service through NAT.",
            );
        });

        it("with a boundary for its workloads and none for its own roles", () => {
            refusesCluster(
                { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary" },
                "serviceBoundaryArn is missing: permissionsBoundaryArn bounds workloads, and the cluster's own roles need " +
                    "another boundary. Name it; the bootstrap prints it.",
            );
        });

        it("with words that mean nothing", () => {
            refusesCluster({ identity: "kiam" }, 'identity is "kiam": it must be pod-identity or irsa. Correct it.');
            refusesCluster(
                { permissionsBoundaryArn: "boundary" },
                'permissionsBoundaryArn is "boundary": it must be the ARN of a managed policy. Correct it.',
            );
            refusesCluster(
                { stateBucketArns: "state" },
                'stateBucketArns is "state": it must be a list. Write it as ["arn:aws:s3:::example-state"].',
            );
            refusesCluster(
                { logs: ["audit"] },
                'logs[0] is "audit": it must be api, controllerManager or scheduler. Correct it.',
            );
            refusesCluster({ logRetentionDays: 366 }, `logRetentionDays is 366: ${logDays}`);
            refusesCluster(
                { adminz: [] },
                `adminz is no key that exists; there are ${keys}. Did you mean admins? Else remove it.`,
            );
        });
    });
});

describe("the network of a cluster that the stack makes", () => {
    const refusesNetwork = (network: unknown, ...problems: string[]): void => {
        refusesCluster({ network }, ...problems.map((text) => `network${text}`));
    };
    const refusesNew = (more: object, ...problems: string[]): void => {
        refusesNetwork({ kind: "new", ...more }, ...problems);
    };

    it("is new or existing, and described", () => {
        refusesNetwork("new", ' is "new": it must be a map. Write it as {kind: new, cidr: 10.40.0.0/16}.');
        refusesNetwork({ kind: "peered" }, '.kind is "peered": it must be new or existing. Correct it.');
        refusesNew(
            { vpcId: "vpc-0123456789abcdef0" },
            ".vpcId is no key that exists; there are kind, cidr, zones, nat, endpoints, flowLogRetentionDays. Remove it.",
        );
    });

    it("is refused a range that is none, too wide, or the internet's", () => {
        refusesNew(
            { cidr: "10.40.0.1/16" },
            '.cidr is "10.40.0.1/16": it must be a range of IPv4 addresses that begins at its first one. Write it as "10.20.0.0/16".',
        );
        refusesNew(
            { cidr: "10.0.0.0/8" },
            '.cidr is "10.0.0.0/8": it must have a prefix from /16, the largest VPC that AWS makes, to /20, below which pods run out of addresses. Choose one between.',
        );
        refusesNew(
            { cidr: "52.40.0.0/16" },
            '.cidr is "52.40.0.0/16": it must lie in a private range, or hosts of the internet are out of reach. Choose one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10.',
        );
    });

    it("is refused zones of another region, one twice, and too few", () => {
        refusesNew(
            { zones: ["us-east-1a", "eu-central-1b"] },
            '.zones is ["us-east-1a", "eu-central-1b"]: "us-east-1a" is no zone of eu-central-1. Write zones as "eu-central-1a".',
        );
        refusesNew(
            { zones: ["eu-central-1a", "eu-central-1a"] },
            '.zones is ["eu-central-1a", "eu-central-1a"]: "eu-central-1a" is there twice. Remove one.',
        );
        refusesNew(
            { zones: ["eu-central-1a"] },
            '.zones is ["eu-central-1a"]: there must be from 2, which EKS and a database with a standby need, to 4 zones. Name three where the region has them.',
        );
    });

    it("is refused endpoints that there are not, or twice", () => {
        refusesNew({ endpoints: ["sts", "sts"] }, '.endpoints[1] is "sts": it is there already. Remove it.');
        refusesNew(
            { endpoints: ["s3"] },
            '.endpoints[0] is "s3": it must be sts, eks-auth, ecr.api, ecr.dkr, logs, secretsmanager, ec2, kms, ssm or ssmmessages. Correct it.',
        );
        refusesNew({ nat: "none" }, '.nat is "none": it must be per-zone or single. Correct it.');
        refusesNew({ flowLogRetentionDays: "90" }, `.flowLogRetentionDays is "90": ${logDays}`);
    });

    it("that is there is named by what AWS calls it", () => {
        refusesNetwork(
            { kind: "existing", vpcId: "main", nodeSubnetIds: ["subnet-0123456789abcdef0", "private"] },
            '.vpcId is "main": it must be the id that AWS gave, which begins with "vpc-". Correct it.',
            '.nodeSubnetIds[1] is "private": it must be the id that AWS gave, which begins with "subnet-". Correct it.',
        );
        refusesNetwork(
            { kind: "existing" },
            '.vpcId is missing: it must be text. Write it as "vpc-0123456789abcdef0".',
            '.nodeSubnetIds is missing: it must be a list. Write it as ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"].',
        );
    });
});

describe("the nodes of a cluster that the stack makes", () => {
    const refusesNodes = (nodes: unknown, problem: string): void => {
        refusesCluster({ nodes }, `nodes${problem}`);
    };
    const refusesManaged = (more: object, problem: string): void => {
        refusesNodes({ kind: "managed", ...more }, problem);
    };

    it("are managed or left to EKS, and the two have keys of their own", () => {
        refusesNodes("auto", ' is "auto": it must be a map. Write it as {kind: managed}.');
        refusesNodes({ kind: "fargate" }, '.kind is "fargate": it must be karpenter, managed or auto. Correct it.');
        refusesNodes(
            { kind: "auto", tasks: {} },
            ".tasks is no key that exists; there are kind, maximumTaskCores. Remove it.",
        );
        refusesNodes(
            { kind: "auto", maximumTaskCores: 0 },
            ".maximumTaskCores is 0: it must be a whole number from 1. Write it without quotes or a unit.",
        );
        refusesManaged({ scaledBy: "hpa" }, '.scaledBy is "hpa": it must be stack or autoscaler. Correct it.');
        refusesManaged(
            { tasks: { minimun: 1 } },
            ".tasks.minimun is no key that exists; there are instanceTypes, minimum, maximum, diskGb. Did you mean minimum? Else remove it.",
        );
    });

    it("are refused a minimum above the maximum, and disks that hold no image", () => {
        refusesManaged(
            { tasks: { minimum: 5, maximum: 4 } },
            ".tasks.maximum is 4: it must be a whole number from 1, and not below minimum (5). Raise it.",
        );
        refusesManaged(
            { platform: { diskGb: 5 } },
            ".platform.diskGb is 5: it must be a whole number from 20. Write it without quotes or a unit.",
        );
    });

    it("are refused of so few types that spot capacity runs out, or of none", () => {
        refusesManaged(
            { tasks: { instanceTypes: ["m7i.large", "m6i.large"] } },
            '.tasks.instanceTypes is ["m7i.large", "m6i.large"]: spot capacity of one type runs out. Name at least 3 of one size.',
        );
        refusesManaged(
            { platform: { instanceTypes: [] } },
            ".platform.instanceTypes is an empty list: nodes are of some type. Name one.",
        );
    });

    it("are three for the platform where Linkerd runs three times, each on a node of its own", () => {
        const two = { kind: "managed", platform: { minimum: 2 } };
        refusesNodes(
            two,
            ".platform.minimum is 2: with mesh.highAvailability each part of Linkerd runs 3 times, each on a node of its own, and a deployment waits for all. Raise it to 3, or set mesh.highAvailability to false.",
        );
        const { cluster } = config({ cluster: { ...eks, nodes: two }, mesh: { highAvailability: false } });
        assert.ok(cluster.kind === "eks" && cluster.nodes.kind === "managed");
        assert.equal(cluster.nodes.platform.minimum, 2);
    });

    it("have add-ons of EKS's builds, of which Auto Mode leaves one to the stack", () => {
        refusesCluster(
            { addonVersions: { coredns: "latest", "kube-proxy": "v1.34.1-eksbuild.2" } },
            'addonVersions["kube-proxy"] is "v1.34.1-eksbuild.2": kube-proxy goes with the nodes\' Kubernetes, which is 1.36. Name a build of it.',
            'addonVersions.coredns is "latest": it must be a build of EKS, such as "v1.14.3-eksbuild.3". Correct it.',
        );
        const addonVersions = { coredns: "v1.14.3-eksbuild.4", "metrics-server": "v0.9.0-eksbuild.12" };
        refusesCluster(
            { nodes: { kind: "auto" }, addonVersions },
            'addonVersions.coredns is "v1.14.3-eksbuild.4": in Auto Mode EKS runs it itself, at a version of its own. Remove it.',
        );
        const { cluster } = config({ cluster: { ...eks, addonVersions } });
        assert.ok(cluster.kind === "eks");
        assert.deepEqual(cluster.addonVersions, addonVersions);
    });

    it("are Karpenter's for tasks, in pools with names of their own, the first of which many families can fill", () => {
        const { cluster } = config({ cluster: { ...eks, nodes: { kind: "karpenter" } } });
        assert.ok(cluster.kind === "eks" && cluster.nodes.kind === "karpenter");
        assert.deepEqual(cluster.nodes.tasks, defaultTaskPools);
        const tasks = (...pools: object[]) => ({ kind: "karpenter", tasks: pools });
        refusesNodes(tasks(), ".tasks is an empty list: no task would find a node. Name a pool, or leave the key out.");
        refusesNodes(
            tasks({ name: "general" }, { name: "general", categories: ["g"] }),
            '.tasks[1].name is "general": another pool is called so. Give it a name of its own.',
        );
        refusesNodes(
            tasks({ name: "general", categories: ["m"] }),
            '.tasks[0].capacity is "spot": spot capacity of one family runs out. Name more categories, or make it both.',
        );
        refusesNodes(
            tasks({ name: "general", capacity: "reserved" }),
            '.tasks[0].capacity is "reserved": it must be spot, on-demand or both. Correct it.',
        );
        refusesNodes(
            { kind: "karpenter", platform: { minimum: 2 } },
            ".platform.minimum is 2: with mesh.highAvailability each part of Linkerd runs 3 times, each on a node of its own, and a deployment waits for all. Raise it to 3, or set mesh.highAvailability to false.",
        );
    });

    it("are never none, but for tasks where an autoscaler adds some", () => {
        refusesManaged(
            { tasks: { minimum: 0 } },
            ".tasks.minimum is 0: there would never be a node, and no task would run. Raise it, or run an autoscaler and set scaledBy to it.",
        );
        refusesManaged(
            { scaledBy: "autoscaler", platform: { minimum: 0 } },
            ".platform.minimum is 0: an autoscaler itself has to run on some node. Raise it.",
        );
        const nodes = { kind: "managed", scaledBy: "autoscaler", tasks: { minimum: 0 } };
        const { cluster } = config({ cluster: { ...eks, nodes } });
        assert.ok(cluster.kind === "eks" && cluster.nodes.kind === "managed");
        assert.equal(cluster.nodes.tasks.minimum, 0);
    });
});

describe("a cluster of EKS that is there", () => {
    const aws = { accountId: "123456789012", region: "eu-central-1", name: "shared" };

    it("is reached as EKS knows it, without a kubeconfig", () => {
        assert.deepEqual(config({ cluster: { kind: "existing", aws } }).cluster, {
            kind: "existing",
            name: "shared",
            reach: undefined,
            aws: {
                ...aws,
                identity: "pod-identity",
                stateBucketArns: [],
                databaseSubnetIds: [],
                nodeSecurityGroupIds: [],
                account: { id: "123456789012", region: "eu-central-1", partition: "aws" },
            },
        });
    });

    it("is refused without any way to it", () => {
        refuses(
            [
                "airflow-linkerd:cluster.kubeconfig is missing: there is no way to the cluster. Name a kubeconfig, or in aws the cluster as EKS knows it.",
            ],
            { cluster: { kind: "existing" } },
        );
    });

    it("is refused where it cannot be, and without its name there", () => {
        refuses(
            [
                'airflow-linkerd:cluster.aws.accountId is "1": it must be the account\'s 12 digits. Correct it.',
                'airflow-linkerd:cluster.aws.region is "here": it must be a region of AWS, such as "eu-central-1". Correct it.',
                'airflow-linkerd:cluster.aws.name is missing: it must be text. Write it as "my-cluster".',
            ],
            { cluster: { kind: "existing", aws: { accountId: "1", region: "here" } } },
        );
    });

    it("is the only other kind that there is", () => {
        refuses(
            [
                'airflow-linkerd:cluster.kind is "gke": it must be existing, or eks for a cluster that the stack makes. Correct it.',
            ],
            { cluster: { kind: "gke" } },
        );
    });
});
