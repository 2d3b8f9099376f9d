import { type PolicyDocument } from "../../../examples/bootstrap/policy.ts";
import { type PlainMap } from "../../../rehearsal/engine/values/property.ts";
import { plainMap } from "../../../rehearsal/engine/values/secrecy.ts";
import { nameOf } from "../../../rehearsal/engine/values/urn.ts";
import { type Recorded } from "../../../rehearsal/recording/recording.ts";
import { accountId } from "./account.ts";
import { type Request } from "./simulator.ts";

/** Everything that a program makes, to look up what one resource says of another. */
export class Graph {
    readonly #resources: ReadonlyMap<string, Recorded>;

    constructor(resources: readonly Recorded[]) {
        this.#resources = new Map(resources.map((resource) => [resource.urn, resource]));
    }

    /** What is made in AWS. */
    get inAws(): Recorded[] {
        return [...this.#resources.values()].filter(({ type }) => type.startsWith("aws:"));
    }

    /** The inputs of that one of a type which an input is made of. */
    origin({ urn, propertyDependencies }: Recorded, input: string, type: string): PlainMap {
        const origins = (propertyDependencies[input] ?? []).map((origin) => this.#resources.get(origin));
        const [found, ...more] = origins.filter((origin) => origin?.type === type);
        if (found === undefined || more.length > 0) {
            throw new Error(`${nameOf(urn)}.${input} is not made of one ${type}`);
        }
        return plainMap(found.inputs);
    }
}

/** What AWS asks of whoever makes a resource: each request that comes before it is there as it is described. */
export function requestsToCreate(resource: Recorded, graph: Graph): Request[] {
    const requests = creations[resource.type];
    if (requests === undefined) {
        throw new Error(`nobody wrote down what it takes to make ${resource.type}: add it to the table in creation.ts`);
    }
    return requests({ resource, graph, inputs: plainMap(resource.inputs) }).map((request) => ({
        ...request,
        context: {
            "aws:RequestedRegion": request.action.startsWith("iam:") ? "us-east-1" : region,
            ...request.context,
        },
    }));
}

const region = "eu-central-1";

interface Creation {
    readonly resource: Recorded;
    readonly graph: Graph;
    readonly inputs: PlainMap;
}

type Requests = (creation: Creation) => Request[];

const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${accountId}:${resource}`;
const role = (name: unknown): string => `arn:aws:iam::${accountId}:role/${String(name)}`;

/** EC2 gives a name to what it has made, and tags it within the same request. */
function ec2(kind: string, ...actions: string[]): Requests {
    return () =>
        [...actions, "CreateTags"].map((action) => ({
            action: `ec2:${action}`,
            resource: arn("ec2", `${kind}/${kind}-0123456789abcdef0`),
        }));
}

function bucket(...actions: string[]): Requests {
    return ({ inputs }) =>
        actions.map((action) => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${String(inputs.bucket)}` }));
}

/** A resource of RDS, with what it is said to belong to. */
function rds(actions: readonly string[], ...names: [kind: string, input: string][]): Requests {
    return ({ inputs }) =>
        actions.flatMap((action) =>
            names.map(([kind, input]) => ({
                action: `rds:${action}`,
                resource: arn("rds", `${kind}:${String(inputs[input])}`),
            })),
        );
}

function onCluster(action: string): Requests {
    return ({ inputs }) => [{ action: `eks:${action}`, resource: arn("eks", `cluster/${String(inputs.clusterName)}`) }];
}

/** That a service may have a role, and EKS looks whether it is there. */
function handOver(input: string, service: string): Requests {
    return ({ inputs }) =>
        inputs[input] === undefined
            ? []
            : [
                  {
                      action: "iam:PassRole",
                      resource: String(inputs[input]),
                      context: { "iam:PassedToService": service },
                  },
                  { action: "iam:GetRole", resource: String(inputs[input]) },
              ];
}

/** A role that AWS makes for a service of its own, when first it is needed, and that EKS looks for. */
function linkedRole(service: string, name: string): Requests {
    const resource = role(`aws-service-role/${service}/${name}`);
    return () => [
        { action: "iam:GetRole", resource },
        { action: "iam:CreateServiceLinkedRole", resource, context: { "iam:AWSServiceName": service } },
    ];
}

/** What a request to KMS meets besides IAM: the key's own policy. */
function keyUse(inputOf: (inputs: PlainMap) => unknown, input: string, requests: readonly Omit<Request, "resource">[]) {
    return ({ resource, graph, inputs }: Creation): Request[] => {
        if (inputOf(inputs) === undefined) {
            return [];
        }
        const { policy } = graph.origin(resource, input, "aws:kms/key:Key");
        const resourcePolicy = JSON.parse(String(policy)) as PolicyDocument;
        return requests.map((request) => ({ ...request, resource: someKey, resourcePolicy }));
    };
}

const uuid = "01234567-89ab-cdef-0123-456789abcdef";
const someKey = arn("kms", `key/${uuid}`);
const lookAt = { action: "kms:DescribeKey" };
const grant = { action: "kms:CreateGrant", context: { "kms:GrantIsForAWSResource": "true" } };
const through = (service: string) =>
    ["kms:Decrypt", "kms:GenerateDataKey"].map((action) => ({
        action,
        context: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
    }));

/** A database, of one server or several: its master password is RDS's own secret. */
const databaseWithSecret: Requests = all(
    keyUse(({ kmsKeyId }) => kmsKeyId, "kmsKeyId", [lookAt, grant, ...through("rds"), ...through("secretsmanager")]),
    () =>
        ["CreateSecret", "TagResource"].map((action) => ({
            action: `secretsmanager:${action}`,
            resource: arn("secretsmanager", `secret:rds!db-${uuid}-a1b2c3`),
        })),
    linkedRole("rds.amazonaws.com", "AWSServiceRoleForRDS"),
);

/** What is written into a role says which boundary the role has, as IAM asks when that is changed. */
function roleChange(action: string): Requests {
    return ({ resource, graph, inputs }) => {
        const { permissionsBoundary } = graph.origin(resource, "role", "aws:iam/role:Role");
        return [{ action, resource: role(inputs.role), context: boundedBy(permissionsBoundary) }];
    };
}

function boundedBy(permissionsBoundary: unknown): Request["context"] {
    return typeof permissionsBoundary === "string" ? { "iam:PermissionsBoundary": permissionsBoundary } : {};
}

function all(...parts: Requests[]): Requests {
    return (creation) => parts.flatMap((part) => part(creation));
}

/** From the services' own lists of actions: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const creations: Readonly<Record<string, Requests>> = {
    "aws:cloudwatch/eventRule:EventRule": ({ inputs }) =>
        ["PutRule", "TagResource"].map((action) => ({
            action: `events:${action}`,
            resource: arn("events", `rule/${String(inputs.name)}`),
        })),
    "aws:cloudwatch/eventTarget:EventTarget": ({ inputs }) => [
        { action: "events:PutTargets", resource: arn("events", `rule/${String(inputs.rule)}`) },
    ],
    "aws:cloudwatch/logGroup:LogGroup": ({ inputs }) =>
        ["CreateLogGroup", "AssociateKmsKey", "PutRetentionPolicy", "TagResource"].map((action) => ({
            action: `logs:${action}`,
            resource: arn("logs", `log-group:${String(inputs.name)}`),
        })),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2(
        "security-group",
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
    ),
    "aws:ec2/eip:Eip": ec2("elastic-ip", "AllocateAddress"),
    "aws:ec2/flowLog:FlowLog": all(ec2("vpc-flow-log", "CreateFlowLogs"), ec2("vpc", "CreateFlowLogs"), (creation) => [
        { action: "logs:CreateLogDelivery", resource: "*" },
        ...handOver("iamRoleArn", "vpc-flow-logs.amazonaws.com")(creation),
    ]),
    "aws:ec2/internetGateway:InternetGateway": ec2(
        "internet-gateway",
        "CreateInternetGateway",
        "AttachInternetGateway",
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": ec2("launch-template", "CreateLaunchTemplate"),
    "aws:ec2/natGateway:NatGateway": ec2("natgateway", "CreateNatGateway"),
    "aws:ec2/route:Route": ec2("route-table", "CreateRoute"),
    "aws:ec2/routeTable:RouteTable": ec2("route-table", "CreateRouteTable"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("route-table", "AssociateRouteTable"),
    "aws:ec2/securityGroup:SecurityGroup": ec2("security-group", "CreateSecurityGroup", "RevokeSecurityGroupEgress"),
    "aws:ec2/subnet:Subnet": ec2("subnet", "CreateSubnet", "ModifySubnetAttribute"),
    "aws:ec2/vpc:Vpc": ec2("vpc", "CreateVpc", "ModifyVpcAttribute"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpc-endpoint", "CreateVpcEndpoint"),
    "aws:eks/accessEntry:AccessEntry": onCluster("CreateAccessEntry"),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": ({ inputs }) => [
        {
            action: "eks:AssociateAccessPolicy",
            resource: arn(
                "eks",
                `access-entry/${String(inputs.clusterName)}/role/${accountId}/${String(inputs.principalArn).split("/").at(-1)}/${uuid}`,
            ),
        },
    ],
    "aws:eks/addon:Addon": all(onCluster("CreateAddon"), ({ inputs }) =>
        (inputs.podIdentityAssociations as PlainMap[]).flatMap(({ roleArn }) => [
            ...podIdentity(roleArn),
            {
                action: "eks:CreatePodIdentityAssociation",
                resource: arn("eks", `cluster/${String(inputs.clusterName)}`),
            },
        ]),
    ),
    "aws:eks/cluster:Cluster": all(
        ({ inputs }) => [
            {
                action: "eks:CreateCluster",
                resource: "*",
                context: {
                    "eks:bootstrapClusterCreatorAdminPermissions": String(
                        (inputs.accessConfig as PlainMap).bootstrapClusterCreatorAdminPermissions,
                    ),
                },
            },
            { action: "eks:TagResource", resource: arn("eks", `cluster/${String(inputs.name)}`) },
        ],
        handOver("roleArn", "eks.amazonaws.com"),
        (creation) =>
            handOver(
                "nodeRoleArn",
                "eks.amazonaws.com",
            )({
                ...creation,
                inputs: creation.inputs.computeConfig as PlainMap,
            }),
        keyUse(({ encryptionConfig }) => encryptionConfig, "encryptionConfig", [lookAt, grant]),
        linkedRole("eks.amazonaws.com", "AWSServiceRoleForAmazonEKS"),
    ),
    "aws:eks/nodeGroup:NodeGroup": all(
        onCluster("CreateNodegroup"),
        handOver("nodeRoleArn", "eks.amazonaws.com"),
        () => nodesFromTemplate,
        linkedRole("eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup"),
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": all(
        onCluster("CreatePodIdentityAssociation"),
        ({ inputs: { roleArn } }) => podIdentity(roleArn),
    ),
    "aws:iam/instanceProfile:InstanceProfile": all(
        ({ inputs }) =>
            ["CreateInstanceProfile", "AddRoleToInstanceProfile", "TagInstanceProfile"].map((action) => ({
                action: `iam:${action}`,
                resource: `arn:aws:iam::${accountId}:instance-profile/${String(inputs.name)}`,
            })),
        ({ inputs }) => [
            {
                action: "iam:PassRole",
                resource: role(inputs.role),
                context: { "iam:PassedToService": "ec2.amazonaws.com" },
            },
        ],
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ({ inputs }) =>
        ["CreateOpenIDConnectProvider", "TagOpenIDConnectProvider"].map((action) => ({
            action: `iam:${action}`,
            resource: `arn:aws:iam::${accountId}:oidc-provider/${String(inputs.url).replace("https://", "")}`,
        })),
    "aws:iam/policy:Policy": ({ inputs }) =>
        ["CreatePolicy", "TagPolicy"].map((action) => ({
            action: `iam:${action}`,
            resource: `arn:aws:iam::${accountId}:policy/${String(inputs.name)}`,
        })),
    "aws:iam/role:Role": ({ inputs }) => [
        {
            action: "iam:CreateRole",
            resource: role(inputs.name),
            context: boundedBy(inputs.permissionsBoundary),
        },
        { action: "iam:TagRole", resource: role(inputs.name) },
    ],
    "aws:iam/rolePolicy:RolePolicy": roleChange("iam:PutRolePolicy"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": roleChange("iam:AttachRolePolicy"),
    "aws:kms/alias:Alias": all(
        ({ resource, graph, inputs }) => [
            {
                action: "kms:CreateAlias",
                resource: arn("kms", String(inputs.name)),
                resourcePolicy: JSON.parse(
                    String(graph.origin(resource, "targetKeyId", "aws:kms/key:Key").policy),
                ) as PolicyDocument,
            },
        ],
        keyUse(({ targetKeyId }) => targetKeyId, "targetKeyId", [{ action: "kms:CreateAlias" }]),
    ),
    "aws:kms/key:Key": ({ inputs }): Request[] => {
        const resourcePolicy = JSON.parse(String(inputs.policy)) as PolicyDocument;
        return [
            { action: "kms:CreateKey", resource: "*", context: { "aws:RequestTag/airflow-linkerd/stack": "prod" } },
            {
                action: "kms:TagResource",
                resource: someKey,
                resourcePolicy,
                context: { "aws:RequestTag/airflow-linkerd/stack": "prod" },
            },
            { action: "kms:EnableKeyRotation", resource: someKey, resourcePolicy },
            {
                action: "kms:PutKeyPolicy",
                resource: someKey,
                resourcePolicy,
                context: { "aws:ResourceTag/airflow-linkerd/stack": "prod" },
            },
        ];
    },
    "aws:rds/cluster:Cluster": all(
        rds(
            ["CreateDBCluster"],
            ["cluster", "clusterIdentifier"],
            ["cluster-pg", "dbClusterParameterGroupName"],
            ["subgrp", "dbSubnetGroupName"],
        ),
        databaseWithSecret,
    ),
    "aws:rds/clusterInstance:ClusterInstance": all(
        rds(["CreateDBInstance"], ["cluster", "clusterIdentifier"], ["db", "identifier"]),
        handOver("monitoringRoleArn", "monitoring.rds.amazonaws.com"),
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": rds(
        ["CreateDBClusterParameterGroup", "ModifyDBClusterParameterGroup", "AddTagsToResource"],
        ["cluster-pg", "name"],
    ),
    "aws:rds/instance:Instance": all(
        rds(["CreateDBInstance"], ["db", "identifier"], ["pg", "parameterGroupName"], ["subgrp", "dbSubnetGroupName"]),
        handOver("monitoringRoleArn", "monitoring.rds.amazonaws.com"),
        databaseWithSecret,
    ),
    "aws:rds/parameterGroup:ParameterGroup": rds(
        ["CreateDBParameterGroup", "ModifyDBParameterGroup", "AddTagsToResource"],
        ["pg", "name"],
    ),
    "aws:rds/subnetGroup:SubnetGroup": rds(["CreateDBSubnetGroup", "AddTagsToResource"], ["subgrp", "name"]),
    "aws:route53/record:Record": ({ inputs }) => {
        const zone = `arn:aws:route53:::hostedzone/${String(inputs.zoneId)}`;
        return [
            { action: "route53:GetHostedZone", resource: zone },
            {
                action: "route53:ChangeResourceRecordSets",
                resource: zone,
                context: {
                    "route53:ChangeResourceRecordSetsRecordTypes": [String(inputs.type)],
                    "route53:ChangeResourceRecordSetsNormalizedRecordNames": [String(inputs.name)],
                    "route53:ChangeResourceRecordSetsActions": ["CREATE"],
                },
            },
            { action: "route53:GetChange", resource: "arn:aws:route53:::change/C0123456789ABCDEFGHIJ" },
            { action: "route53:ListResourceRecordSets", resource: zone },
        ];
    },
    "aws:s3/bucket:Bucket": bucket("CreateBucket", "PutBucketTagging", "PutBucketObjectLockConfiguration"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucket("PutLifecycleConfiguration"),
    "aws:s3/bucketLogging:BucketLogging": bucket("PutBucketLogging"),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": bucket("PutBucketObjectLockConfiguration"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucket("PutBucketOwnershipControls"),
    "aws:s3/bucketPolicy:BucketPolicy": bucket("PutBucketPolicy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucket("PutBucketPublicAccessBlock"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
        bucket("PutEncryptionConfiguration"),
    "aws:s3/bucketVersioning:BucketVersioning": bucket("PutBucketVersioning"),
    "aws:sqs/queue:Queue": ({ inputs }) =>
        ["CreateQueue", "TagQueue", "SetQueueAttributes", "GetQueueAttributes"].map((action) => ({
            action: `sqs:${action}`,
            resource: arn("sqs", String(inputs.name)),
        })),
    "aws:sqs/queuePolicy:QueuePolicy": ({ inputs }) => [
        { action: "sqs:SetQueueAttributes", resource: arn("sqs", String(inputs.queueUrl).split("/").at(-1) ?? "") },
    ],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("security-group", "AuthorizeSecurityGroupIngress"),
};

/** What EKS asks for when it tries a launch template: what the template holds, and what EKS adds to it. */
const nodesFromTemplate: Request[] = Object.entries({
    instance: "true",
    volume: "true",
    "security-group": "true",
    "launch-template": "true",
    image: "false",
    "network-interface": "false",
    subnet: "false",
}).map(([kind, ofTemplate]) => ({
    action: "ec2:RunInstances",
    resource: kind === "image" ? `arn:aws:ec2:${region}::image/ami-1` : arn("ec2", `${kind}/${kind}-1`),
    context: {
        "ec2:LaunchTemplate": arn("ec2", "launch-template/lt-1"),
        "ec2:IsLaunchTemplateResource": ofTemplate,
    },
}));

function podIdentity(roleArn: unknown): Request[] {
    return [
        {
            action: "iam:PassRole",
            resource: String(roleArn),
            context: { "iam:PassedToService": "pods.eks.amazonaws.com" },
        },
        { action: "iam:GetRole", resource: String(roleArn) },
    ];
}
