import { isMap, type PlainMap } from "../../engine/values/property.ts";
import { touchedByAny } from "../../engine/values/path.ts";
import { type Change, type DiffRequest } from "../../engine/plugins/provider.ts";

/**
 * What AWS's provider makes a resource anew for: what its schema marks `ForceNew`, read in
 * https://github.com/hashicorp/terraform-provider-aws (`internal/service/*`), by the names that Pulumi gives them. Only
 * types and inputs that the platform uses.
 */
const forced: Readonly<Record<string, string>> = {
    "cloudwatch/logGroup": "logGroupClass name namePrefix",
    "ec2/defaultSecurityGroup": "vpcId",
    "ec2/eip": "domain",
    "ec2/flowLog": "iamRoleArn logDestination logDestinationType trafficType vpcId",
    "ec2/launchTemplate": "name namePrefix",
    "ec2/natGateway": "allocationId connectivityType subnetId",
    "ec2/route": "destinationCidrBlock routeTableId",
    "ec2/routeTable": "vpcId",
    "ec2/routeTableAssociation": "subnetId",
    "ec2/securityGroup": "description name namePrefix vpcId",
    "ec2/subnet": "availabilityZone availabilityZoneId cidrBlock vpcId",
    "ec2/vpc": "cidrBlock ipv4IpamPoolId ipv4NetmaskLength",
    "ec2/vpcEndpoint": "serviceName vpcEndpointType vpcId",
    "eks/accessEntry": "clusterName principalArn type",
    "eks/accessPolicyAssociation": "accessScope clusterName policyArn principalArn",
    "eks/addon": "addonName clusterName",
    "eks/cluster":
        "accessConfig.bootstrapClusterCreatorAdminPermissions bootstrapSelfManagedAddons kubernetesNetworkConfig.ipFamily " +
        "kubernetesNetworkConfig.serviceIpv4Cidr name outpostConfig roleArn",
    "eks/nodeGroup":
        "amiType capacityType clusterName diskSize instanceTypes launchTemplate.id launchTemplate.name nodeGroupName " +
        "nodeGroupNamePrefix nodeRoleArn remoteAccess subnetIds",
    "eks/podIdentityAssociation": "clusterName namespace serviceAccount",
    "iam/openIdConnectProvider": "url",
    "iam/policy": "description name namePrefix path",
    "iam/role": "name namePrefix path",
    "iam/rolePolicy": "name namePrefix role",
    "iam/rolePolicyAttachment": "policyArn role",
    "kms/alias": "name namePrefix",
    "kms/key": "customerMasterKeySpec keyUsage multiRegion",
    "rds/cluster":
        "clusterIdentifier clusterIdentifierPrefix databaseName engine kmsKeyId masterUsername snapshotIdentifier storageEncrypted",
    "rds/clusterInstance": "availabilityZone clusterIdentifier engine",
    "rds/instance":
        "availabilityZone characterSetName dbName engine kmsKeyId snapshotIdentifier storageEncrypted timezone username",
    "rds/parameterGroup": "description family name namePrefix",
    "rds/subnetGroup": "name namePrefix",
    "route53/record": "name zoneId",
    "s3/bucket": "bucket bucketPrefix objectLockEnabled",
    "secretsmanager/secret": "name namePrefix",
    "vpc/securityGroupIngressRule": "securityGroupId",
    "vpc/securityGroupEgressRule": "securityGroupId",
};

/** What a type is called in the table: `aws:ec2/vpc:Vpc` is `ec2/vpc`. */
export function kindOf(type: string): string {
    return /^aws:(\w+\/\w+):/.exec(type)?.[1] ?? type;
}

/** The inputs that a resource of the type cannot change. */
export function fixedInputs(type: string): readonly string[] {
    // A resource cannot move to another region.
    return ["region", ...(forced[kindOf(type)] ?? "name").split(" ")];
}

/** The paths among the changes that make the resource be made anew. */
export function replacePaths({ type, oldInputs, newInputs, changes }: DiffRequest): string[] {
    const paths = changes.map(({ path }) => path).filter((path) => touchedByAny(fixedInputs(type), path));
    return [...paths, ...(kindOf(type) === "eks/cluster" ? oneWay(oldInputs, newInputs, changes) : [])];
}

/** What a cluster can only be given: encryption of its Secrets cannot be taken away, nor Auto Mode's role changed. */
function oneWay(oldInputs: PlainMap, newInputs: PlainMap, changes: readonly Change[]): string[] {
    const encryptionGone = oldInputs.encryptionConfig !== undefined && newInputs.encryptionConfig === undefined;
    const [before] = [oldInputs.computeConfig].map((config) => (isMap(config) ? config.nodeRoleArn : undefined));
    return changes
        .map(({ path }) => path)
        .filter(
            (path) =>
                (encryptionGone && path.startsWith("encryptionConfig")) ||
                (before !== undefined && path === "computeConfig.nodeRoleArn"),
        );
}

/** Inputs that name a resource so that no second one can be there at the same time. */
const names = ["name", "bucket", "identifier", "clusterIdentifier", "nodeGroupName"];

/**
 * Whether the old one has to go first. Pulumi's rule: its name was chosen and not generated, and stays the same.
 * https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/
 */
export function mustGoFirst({ oldInputs, newInputs }: DiffRequest): boolean {
    return names.some((key) => typeof newInputs[key] === "string" && newInputs[key] === oldInputs[key]);
}
