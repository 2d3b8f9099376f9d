import { type PlainMap } from "../../engine/values/property.ts";
import { account } from "./made-up.ts";

/** Answers one kind of question, such as `aws:ec2/getVpc:getVpc`. */
export type Answer = (args: PlainMap, region: string) => PlainMap;

export type Answers = Readonly<Record<string, Answer>>;

/** One zone for each last letter of an id, so that subnets whose ids differ in it are in different zones. */
function zoneOf(id: string, region: string): string {
    return region + ("abc"[Number.parseInt(id.slice(-1), 36) % 3] ?? "a");
}

/** What AWS would say of an account in which everything asked for is there and fit for use. */
export function usualAnswers(): Answers {
    // Nothing about a subnet's id says where it is: it is in the VPC that was asked for before it.
    let vpcId = "";
    return {
        "aws:index/getCallerIdentity:getCallerIdentity": () => {
            return {
                accountId: account,
                arn: `arn:aws:iam::${account}:user/rehearsal`,
                id: account,
                userId: "AIDAREHEARSAL",
            };
        },
        "aws:index/getPartition:getPartition": () => {
            return { dnsSuffix: "amazonaws.com", id: "aws", partition: "aws", reverseDnsPrefix: "com.amazonaws" };
        },
        "aws:index/getRegion:getRegion": (_args, region) => {
            return { description: region, endpoint: `ec2.${region}.amazonaws.com`, id: region, name: region, region };
        },
        "aws:index/getAvailabilityZones:getAvailabilityZones": (_args, region) => {
            const names = ["a", "b", "c"].map((zone) => region + zone);
            return {
                groupNames: [region],
                id: region,
                names,
                region,
                zoneIds: names.map((_, index) => `use1-az${index + 1}`),
            };
        },
        "aws:ec2/getVpc:getVpc": ({ id = "" }, region) => {
            vpcId = String(id);
            return {
                id,
                region,
                arn: `arn:aws:ec2:${region}:${account}:vpc/${vpcId}`,
                cidrBlock: "10.20.0.0/16",
                enableDnsHostnames: true,
                enableDnsSupport: true,
                tags: {},
            };
        },
        "aws:ec2/getSubnet:getSubnet": ({ id = "" }, region) => {
            const text = String(id);
            return {
                id,
                region,
                arn: `arn:aws:ec2:${region}:${account}:subnet/${text}`,
                vpcId,
                availabilityZone: zoneOf(text, region),
                availableIpAddressCount: 4091,
                cidrBlock: `10.20.${(Number.parseInt(text.slice(-1), 36) * 16) % 256}.0/20`,
                mapPublicIpOnLaunch: false,
                tags: { "kubernetes.io/role/internal-elb": "1", "kubernetes.io/role/elb": "1" },
            };
        },
        "aws:eks/getCluster:getCluster": ({ name = "" }, region) => {
            return {
                id: name,
                name,
                region,
                arn: `arn:aws:eks:${region}:${account}:cluster/${String(name)}`,
                accessConfigs: [{ authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false }],
                certificateAuthorities: [{ data: Buffer.from("an authority").toString("base64") }],
                computeConfigs: [{ enabled: false, nodePools: [], nodeRoleArn: "" }],
                endpoint: `https://0123456789ABCDEF.gr7.${region}.eks.amazonaws.com`,
                identities: [{ oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF` }] }],
                status: "ACTIVE",
                version: "1.36",
                vpcConfig: { clusterSecurityGroupId: "sg-0123456789abcdef0", vpcId: "vpc-0123456789abcdef0" },
            };
        },
        "aws:eks/getAddon:getAddon": ({ clusterName = "", addonName = "" }, region) => {
            return {
                id: `${String(clusterName)}:${String(addonName)}`,
                clusterName,
                addonName,
                region,
                addonVersion: "v1.0.0-eksbuild.1",
                configurationValues: addonName === "vpc-cni" ? '{"enableNetworkPolicy":"true"}' : "",
            };
        },
        "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": ({ url = "" }) => {
            const arn = `arn:aws:iam::${account}:oidc-provider/${String(url).replace("https://", "")}`;
            return { id: arn, arn, url, clientIdLists: ["sts.amazonaws.com"], tags: {}, thumbprintLists: [] };
        },
        "aws:lb/getHostedZoneId:getHostedZoneId": (_args, region) => {
            return { id: "Z0NETWORKBALANCERS", loadBalancerType: "network", region };
        },
        "aws:route53/getZone:getZone": ({ zoneId = "" }) => {
            // The root of all names: whatever a stack calls its hosts, they are in it.
            return {
                id: zoneId,
                zoneId,
                arn: `arn:aws:route53:::hostedzone/${String(zoneId)}`,
                name: ".",
                privateZone: false,
                nameServers: [],
                tags: {},
            };
        },
    };
}
