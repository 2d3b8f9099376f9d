import { loadBalancerTags } from "./cluster-network.ts";

/** The use of a subnet: the setting that lists it. */
export type SubnetRole = "nodeSubnetIds" | "databaseSubnetIds" | "publicSubnetIds";

/** What AWS says about a VPC. */
export interface VpcFacts {
    readonly enableDnsSupport: boolean;
    readonly enableDnsHostnames: boolean;
}

/** What AWS says about a subnet. */
export interface SubnetFacts {
    readonly vpcId: string;
    readonly availabilityZone: string;
    readonly availableIpAddressCount: number;
    readonly mapPublicIpOnLaunch: boolean;
    readonly tags: Readonly<Record<string, string>>;
}

export interface ExistingNetworkFacts {
    readonly vpcId: string;
    /** Undefined if there is no such VPC. */
    readonly vpc: VpcFacts | undefined;
    /** In the order of the settings. Facts are undefined if there is no such subnet. */
    readonly subnets: Readonly<Record<SubnetRole, readonly { id: string; facts: SubnetFacts | undefined }[]>>;
}

/** The requirements of each use. */
const needs: Readonly<Record<SubnetRole, { free: number; why: string; tag?: string; private: boolean }>> = {
    nodeSubnetIds: {
        free: 128,
        why: "each pod has an address of its own",
        tag: loadBalancerTags.internal,
        private: true,
    },
    databaseSubnetIds: { free: 8, why: "a standby and an upgrade take some", private: true },
    publicSubnetIds: { free: 8, why: "a load balancer takes that many", tag: loadBalancerTags.public, private: false },
};

/** Everything that prevents a cluster and its database from working in an existing network. */
export function existingNetworkProblems({ vpcId, vpc, subnets }: ExistingNetworkFacts): string[] {
    if (vpc === undefined) {
        return [`vpcId is "${vpcId}": there is no such VPC in this region and account. Correct it.`];
    }
    const off = [
        ...(vpc.enableDnsSupport ? [] : ["enableDnsSupport"]),
        ...(vpc.enableDnsHostnames ? [] : ["enableDnsHostnames"]),
    ];
    const dns = off.map(
        (setting) =>
            `vpcId is "${vpcId}": its ${setting} is off, and nodes find the API server by a private name. Turn it on.`,
    );
    const roles = Object.keys(needs) as SubnetRole[];
    const listed = roles.flatMap((role) => subnets[role].map(({ id }, index) => ({ id, field: `${role}[${index}]` })));
    const twice = listed.flatMap(({ id, field }, index) => {
        const earlier = listed.slice(0, index).find((other) => other.id === id);
        return earlier
            ? [`${field} is "${id}": it is ${earlier.field} already. Give each use a subnet of its own.`]
            : [];
    });
    return [...dns, ...twice, ...roles.flatMap((role) => roleProblems(role, vpcId, subnets[role]))];
}

function roleProblems(
    role: SubnetRole,
    vpcId: string,
    subnets: readonly { id: string; facts: SubnetFacts | undefined }[],
): string[] {
    const problems = subnets.flatMap(({ id, facts }, index) =>
        subnetProblems(role, vpcId, facts).map((rule) => `${role}[${index}] is "${id}": ${rule}`),
    );
    const zones = new Set(subnets.flatMap(({ facts }) => facts?.availabilityZone ?? []));
    const known = subnets.every(({ facts }) => facts !== undefined);
    if (known && zones.size < 2 && role !== "publicSubnetIds") {
        const where = [...zones].join(", ") || "no zone";
        problems.push(`${role} has subnets in ${where}: they must be in two zones at least. Add one in another zone.`);
    }
    return problems;
}

function subnetProblems(role: SubnetRole, vpcId: string, facts: SubnetFacts | undefined): string[] {
    if (facts === undefined) {
        return ["there is no such subnet in this region and account. Correct it."];
    }
    const { free, why, tag, private: isPrivate } = needs[role];
    return [
        ...(facts.vpcId === vpcId ? [] : [`it is in ${facts.vpcId}, and not in ${vpcId}. Correct one of them.`]),
        ...(facts.availableIpAddressCount >= free
            ? []
            : [
                  `it has ${facts.availableIpAddressCount} addresses left, and ${why}: ${free} at least. Use a larger one.`,
              ]),
        ...(isPrivate && facts.mapPublicIpOnLaunch
            ? [
                  "it gives public addresses to whatever starts in it. Turn mapPublicIpOnLaunch off, or use a private one.",
              ]
            : []),
        ...(tag === undefined || facts.tags[tag] === "1"
            ? []
            : [`load balancers find it by the tag ${tag} = 1, which it has not. Add the tag.`]),
    ];
}

/** Recommendations: the network works without them. */
export function existingNetworkAdvice({ subnets }: ExistingNetworkFacts): string[] {
    return (["nodeSubnetIds", "databaseSubnetIds"] as const).flatMap((role) => {
        const zones = new Set(subnets[role].map(({ facts }) => facts?.availabilityZone));
        return zones.size === 2 ? [`${role} spans two zones: with three, half of all is not lost with one.`] : [];
    });
}
