import { accountOf, airflowMatrix, type Cell, overTls } from "./airflow-matrix.ts";
import { type ProductionArns, stateKey } from "./production-graph.ts";
import { type Request } from "../../support/iam/simulation.ts";

/** The roles of Airflow's parts, by whom they trust. */
export const airflowParts = [
    "airflow/airflow-api-server",
    "airflow/airflow-triggerer",
    "airflow-tasks/airflow-task",
    "airflow/airflow-database-admin",
] as const;

/** The account whose tokens cert-manager takes to AWS for the proof of names. No pod runs under it. */
export const proof = "entrance/entrance-proof";
/** What makes the entrance's load balancer. */
export const balancer = "load-balancer/controller";

/** AWS's own policies that each role of a service has, and nobody can read here. */
export const servicePolicies: Readonly<Record<string, readonly string[]>> = {
    "eks.amazonaws.com": ["AmazonEKSClusterPolicy"],
    "ec2.amazonaws.com": [
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
    ],
    "kube-system/aws-node": ["AmazonEKS_CNI_Policy"],
    "kube-system/ebs-csi-controller-sa": ["service-role/AmazonEBSCSIDriverPolicy"],
    "kube-system/karpenter": [],
    "vpc-flow-logs.amazonaws.com": [],
    "monitoring.rds.amazonaws.com": ["service-role/AmazonRDSEnhancedMonitoringRole"],
};

/**
 * Every boundary stops what is "any". That of workloads stops more than that of the cluster's own roles, and those that the
 * account's owners made know more of the account than a stack does.
 */
export type Boundary = "any" | "workloads'" | "the account's";

export interface ProductionCell extends Omit<Cell, "mayHaveIt"> {
    /** By whom they trust. Whoever is not named must not have it. */
    readonly mayHaveIt: readonly string[];
    /** Which boundaries stop it, however much a role was granted. Undefined where that is left to what roles are granted. */
    readonly never?: Boundary;
}

/** What every boundary stops, of that which Airflow's matrix asks. */
const stopped = [
    "read the state of stacks",
    "list the state of stacks",
    "become another role",
    "make a role",
    "silence the account's trail",
    "lift a lock",
    "publish a log",
    "open the bucket",
    "shorten how long logs are kept",
    "delete the logs' key",
    "delete the database",
    "log in to the database by IAM",
    "pass a role on",
    "bind a role to another account of the cluster",
];

const account = "123456789012";

/** What stands for a stack's ARNs as long as it is not recorded: what is asked, and who must have it, is the same. */
export const anyArns: ProductionArns = {
    account: { id: account, region: "eu-central-1", partition: "aws" },
    cluster: "the cluster",
    logs: "the bucket of logs",
    logsPrefix: "airflow",
    logsKey: "the key of logs",
    state: "the bucket of state",
    platformSecrets: "platform",
    taskSecrets: "tasks",
    secretsKey: "the key of secrets",
    database: "the database",
    databaseKey: "the key of the database",
    masterSecret: "the database's password",
    flowLogs: "the flow logs",
    flowLogsKey: "the key of flow logs",
    clusterLogs: "the cluster's logs",
    clusterLogsKey: "the key of the cluster's logs",
    clusterSecretsKey: "the key of the cluster's Secrets",
    databaseLogs: "the database's logs",
    vpc: "the network",
    zone: "the zone",
    clusterSecurityGroup: "the nodes' security group",
    nodeRole: "the role of nodes",
    interruptions: "the queue of warnings",
};

const otherZone = "arn:aws:route53:::hostedzone/ZOTHERS";

/** Everything that is asked for in a production stack, with who must have it. */
export function productionMatrix(arns: ProductionArns, { ownSecretsKey }: { ownSecretsKey: boolean }) {
    const { region } = arns.account;
    const ofAirflow = airflowMatrix(arns).map(({ what, request, mayHaveIt }): ProductionCell => {
        // A key that the stack was not told of is nobody's: Secrets Manager's own needs no permission.
        const granted = request.resource !== arns.secretsKey || ownSecretsKey ? mayHaveIt : [];
        return {
            what,
            request,
            mayHaveIt: granted.map((component) => Object.values(accountOf(component)).join("/")),
            never: stopped.includes(what) ? "any" : what === "start a machine" ? "workloads'" : undefined,
        };
    });
    const stream = (group: string) => `${group}:log-stream:eni-1`;
    const flowLogWriter = ["vpc-flow-logs.amazonaws.com"];
    const change = (type: string, name: string, zone = arns.zone): Request => ({
        action: "route53:ChangeResourceRecordSets",
        resource: zone,
        context: {
            "route53:ChangeResourceRecordSetsRecordTypes": [type],
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [name],
            "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
        },
    });
    const karpenter = ["kube-system/karpenter"];
    const instance = `arn:aws:ec2:${region}:${account}:instance/i-1`;
    const tags = (kind: "RequestTag" | "ResourceTag", cluster: string) => ({
        [`aws:${kind}/kubernetes.io/cluster/${cluster}`]: "owned",
        [`aws:${kind}/karpenter.sh/nodepool`]: "general",
    });
    const asNode = (cluster: string) => ({
        ...tags("RequestTag", cluster),
        "aws:RequestTag/eks:eks-cluster-name": cluster,
    });
    const toMachines = { "iam:PassedToService": "ec2.amazonaws.com" };
    const rows: [what: string, request: Request, mayHaveIt?: readonly string[], never?: Boundary][] = [
        [
            "begin a stream of flow logs",
            { action: "logs:CreateLogStream", resource: stream(arns.flowLogs) },
            flowLogWriter,
        ],
        ["write flow logs", { action: "logs:PutLogEvents", resource: stream(arns.flowLogs) }, flowLogWriter],
        ["find flow logs", { action: "logs:DescribeLogStreams", resource: arns.flowLogs }, flowLogWriter],
        ["read flow logs", { action: "logs:GetLogEvents", resource: stream(arns.flowLogs) }],
        ["search flow logs", { action: "logs:FilterLogEvents", resource: arns.flowLogs }],
        ["delete flow logs", { action: "logs:DeleteLogGroup", resource: arns.flowLogs }, [], "any"],
        [
            "end the flow logs",
            { action: "ec2:DeleteFlowLogs", resource: `arn:aws:ec2:${region}:${account}:vpc-flow-log/fl-1` },
            [],
            "any",
        ],
        ["forge the cluster's audit", { action: "logs:PutLogEvents", resource: stream(arns.clusterLogs) }],
        ["read the cluster's audit", { action: "logs:GetLogEvents", resource: stream(arns.clusterLogs) }],
        [
            "delete the cluster's audit",
            { action: "logs:DeleteLogStream", resource: stream(arns.clusterLogs) },
            [],
            "any",
        ],
        ["forget the audit sooner", { action: "logs:PutRetentionPolicy", resource: arns.clusterLogs }, [], "any"],
        ["read the database's logs", { action: "logs:GetLogEvents", resource: stream(arns.databaseLogs) }],

        ["decrypt the flow logs", { action: "kms:Decrypt", resource: arns.flowLogsKey }],
        ["decrypt the cluster's audit", { action: "kms:Decrypt", resource: arns.clusterLogsKey }],
        ["decrypt the cluster's Secrets", { action: "kms:Decrypt", resource: arns.clusterSecretsKey }],
        [
            "delete the key of the cluster's Secrets",
            { action: "kms:ScheduleKeyDeletion", resource: arns.clusterSecretsKey },
            [],
            "any",
        ],
        [
            "say who may use the key of the cluster's Secrets",
            { action: "kms:PutKeyPolicy", resource: arns.clusterSecretsKey },
            [],
            "any",
        ],
        ["decrypt the state of stacks", { action: "kms:Decrypt", resource: stateKey }, [], "the account's"],

        ["open the cluster's API to anybody", { action: "eks:UpdateClusterConfig", resource: arns.cluster }, [], "any"],
        ["let somebody into the cluster", { action: "eks:CreateAccessEntry", resource: arns.cluster }, [], "any"],
        ["delete the cluster", { action: "eks:DeleteCluster", resource: arns.cluster }, [], "any"],
        ["delete the network", { action: "ec2:DeleteVpc", resource: arns.vpc }, [], "workloads'"],
        [
            "open a way to the database",
            {
                action: "ec2:AuthorizeSecurityGroupIngress",
                resource: `arn:aws:ec2:${region}:${account}:security-group/sg-1`,
            },
            [],
            "workloads'",
        ],
        [
            "start a node of this cluster",
            { action: "ec2:RunInstances", resource: instance, context: asNode("airflow-prod") },
            karpenter,
            "workloads'",
        ],
        [
            "start a node of another cluster",
            { action: "ec2:RunInstances", resource: instance, context: asNode("another") },
            [],
            "workloads'",
        ],
        [
            "end a node that Karpenter started for this cluster",
            {
                action: "ec2:TerminateInstances",
                resource: instance,
                context: tags("ResourceTag", "airflow-prod"),
            },
            karpenter,
            "workloads'",
        ],
        [
            "end a node of another cluster",
            { action: "ec2:TerminateInstances", resource: instance, context: tags("ResourceTag", "another") },
            [],
            "workloads'",
        ],
        ["end another machine", { action: "ec2:TerminateInstances", resource: instance }, [], "workloads'"],
        [
            "hear which nodes are about to go",
            { action: "sqs:ReceiveMessage", resource: arns.interruptions },
            karpenter,
            "workloads'",
        ],
        ["forge such a warning", { action: "sqs:SendMessage", resource: arns.interruptions }, [], "any"],
        [
            "give nodes their role",
            { action: "iam:PassRole", resource: arns.nodeRole, context: toMachines },
            karpenter,
            "workloads'",
        ],
        [
            "give a node another role",
            {
                action: "iam:PassRole",
                resource: `arn:aws:iam::${account}:role/airflow-prod-airflow-tasks-airflow-task`,
                context: toMachines,
            },
            [],
            "any",
        ],
        [
            "give the role of nodes to a function",
            {
                action: "iam:PassRole",
                resource: arns.nodeRole,
                context: { "iam:PassedToService": "lambda.amazonaws.com" },
            },
            [],
            "any",
        ],
        ["run commands on nodes", { action: "ssm:SendCommand", resource: instance }, [], "any"],
        ["open the bucket to the world", { action: "s3:PutBucketPublicAccessBlock", resource: arns.logs }, [], "any"],
        ["delete the bucket", { action: "s3:DeleteBucket", resource: arns.logs }, [], "any"],
        ["forget old versions", { action: "s3:PutBucketVersioning", resource: arns.logs }, [], "any"],
        ["prove that a host name is the stack's", change("TXT", "_acme-challenge.airflow.example.com"), [proof]],
        [
            "ask whether the proof is served",
            { action: "route53:GetChange", resource: "arn:aws:route53:::change/C0123456789" },
            [proof],
        ],
        ["prove that another name of the zone is", change("TXT", "_acme-challenge.example.com")],
        ["prove a name in another zone", change("TXT", "_acme-challenge.airflow.example.com", otherZone)],
        ["lead a host name elsewhere", change("A", "airflow.example.com"), [], "any"],
        ["take over a zone's mail", change("MX", "example.com"), [], "any"],
        ["claim a zone by a text in it", change("TXT", "example.com"), [], "any"],
        ["read a zone", { action: "route53:ListResourceRecordSets", resource: arns.zone }],
        ["delete a zone", { action: "route53:DeleteHostedZone", resource: arns.zone }, [], "any"],
        [
            "make a key for a person",
            { action: "iam:CreateAccessKey", resource: `arn:aws:iam::${account}:user/somebody` },
            [],
            "any",
        ],
        [
            "give its role more rights",
            {
                action: "iam:PutRolePolicy",
                resource: `arn:aws:iam::${account}:role/airflow-prod-airflow-tasks-airflow-task`,
            },
            [],
            "any",
        ],
        [
            "take the boundary off",
            {
                action: "iam:DeleteRolePermissionsBoundary",
                resource: `arn:aws:iam::${account}:role/airflow-prod-airflow-tasks-airflow-task`,
            },
            [],
            "any",
        ],
        ["leave the organisation", { action: "organizations:LeaveOrganization", resource: "*" }, [], "any"],
        [
            "silence the account's watch",
            { action: "guardduty:DeleteDetector", resource: `arn:aws:guardduty:${region}:${account}:detector/1` },
            [],
            "any",
        ],
    ];
    const others = rows.map(([what, request, mayHaveIt = [], never]): ProductionCell => {
        const context = { ...(request.resource.startsWith("arn:aws:s3:::") ? overTls : {}), ...request.context };
        return {
            what,
            request: { ...request, resourceAccount: account, context },
            mayHaveIt,
            never,
        };
    });
    const ofBalancer = balancing(arns).map(([what, request, own]): ProductionCell => ({
        what,
        request: { ...request, resourceAccount: account },
        mayHaveIt: own ? [balancer] : [],
    }));
    return [...ofAirflow, ...others, ...ofBalancer];
}

/** What has to do with load balancers, and whether whoever makes this cluster's must have it. */
function balancing({ account: { region }, clusterSecurityGroup, vpc }: ProductionArns) {
    const of = (kind: string) => `arn:aws:elasticloadbalancing:${region}:${account}:${kind}`;
    const balancers = of("loadbalancer/net/k8s-entrance-1/1");
    const targets = of("targetgroup/k8s-entrance-1/1");
    const group = `arn:aws:ec2:${region}:${account}:security-group/sg-balancers`;
    const tag = "elbv2.k8s.aws/cluster";
    const asks = (cluster: string) => ({ [`aws:RequestTag/${tag}`]: cluster });
    const carries = (cluster: string) => ({ [`aws:ResourceTag/${tag}`]: cluster });
    const [own, others] = ["airflow-prod", "airflow-staging"] as const;
    const balance = (action: string, resource: string, context: Request["context"]): Request => ({
        action: `elasticloadbalancing:${action}`,
        resource,
        context,
    });
    const guard = (action: string, resource: string, context: Request["context"] = {}): Request => ({
        action: `ec2:${action}`,
        resource,
        context,
    });
    const service = "elasticloadbalancing.amazonaws.com";
    const ownRole = `arn:aws:iam::${account}:role/aws-service-role/${service}/AWSServiceRoleForElasticLoadBalancing`;
    const rows: [what: string, request: Request, own: boolean][] = [
        ["make a load balancer of the cluster", balance("CreateLoadBalancer", balancers, asks(own)), true],
        ["make a load balancer of another cluster", balance("CreateLoadBalancer", balancers, asks(others)), false],
        ["have the cluster's load balancer listen", balance("CreateListener", balancers, asks(own)), true],
        ["delete the cluster's load balancer", balance("DeleteLoadBalancer", balancers, carries(own)), true],
        ["delete another cluster's load balancer", balance("DeleteLoadBalancer", balancers, carries(others)), false],
        ["delete a load balancer of nobody's", balance("DeleteLoadBalancer", balancers, {}), false],
        ["send the cluster's people to its pods", balance("RegisterTargets", targets, carries(own)), true],
        ["send another cluster's people elsewhere", balance("RegisterTargets", targets, carries(others)), false],
        ["make another's load balancer the cluster's", balance("AddTags", balancers, asks(own)), false],
        ["look at load balancers", balance("DescribeLoadBalancers", "*", { "aws:RequestedRegion": region }), true],
        [
            "look at load balancers of another region",
            balance("DescribeLoadBalancers", "*", { "aws:RequestedRegion": "us-east-1" }),
            false,
        ],
        ["make a security group of the cluster's load balancer", guard("CreateSecurityGroup", group, asks(own)), true],
        ["make one in its network", guard("CreateSecurityGroup", vpc), true],
        ["make one in another network", guard("CreateSecurityGroup", vpc.replace(/[^/]+$/, "vpc-other")), false],
        ["open the load balancer's security group", guard("AuthorizeSecurityGroupIngress", group, carries(own)), true],
        ["let the load balancer in to nodes", guard("AuthorizeSecurityGroupIngress", clusterSecurityGroup), true],
        ["delete the nodes' security group", guard("DeleteSecurityGroup", clusterSecurityGroup), false],
        ["delete another's security group", guard("DeleteSecurityGroup", group, carries(others)), false],
        [
            "have AWS make its own role for load balancers",
            {
                action: "iam:CreateServiceLinkedRole",
                resource: ownRole,
                context: { "iam:AWSServiceName": service },
            },
            true,
        ],
        [
            "have AWS make its own role for another service",
            {
                action: "iam:CreateServiceLinkedRole",
                resource: ownRole.replaceAll(service, "spot.amazonaws.com"),
                context: { "iam:AWSServiceName": "spot.amazonaws.com" },
            },
            false,
        ],
    ];
    return rows;
}
