import { type Cidr, cidrProblem, parseCidr, partOf, writtenCidr } from "./cidr.ts";

/**
 * The address plan reserves room for this many zones, so that a zone can be added without replacing subnets. Only one
 * region of AWS has more.
 */
export const maximumZones = 4;

/** The address ranges of one zone's subnets: one per purpose, so that routes and rules can differ. */
export interface ZoneSubnets {
    /** Nodes and pods, each of which needs an address: an eighth of the VPC. */
    readonly nodes: string;
    /** The database. */
    readonly database: string;
    /** Load balancers and NAT gateways. */
    readonly public: string;
}

/**
 * The subnets of a zone, by its index in the list of zones. The lower half of the VPC is for nodes and pods, the last
 * two sixteenths are for databases and for public subnets, and the rest is reserve.
 *
 *     0          1/2            7/8   15/16     1
 *     | nodes ×4 |   not used   | db ×4 | public ×4 |
 */
export function zoneSubnets(vpcCidr: string, zoneIndex: number): ZoneSubnets {
    const vpc = knownVpc(vpcCidr);
    if (!Number.isInteger(zoneIndex) || zoneIndex < 0 || zoneIndex >= maximumZones) {
        throw new Error(`zone ${zoneIndex} has no place: they are counted from 0, and there are ${maximumZones}`);
    }
    const small = vpc.prefix + 6;
    return {
        nodes: writtenCidr(partOf(vpc, vpc.prefix + 3, zoneIndex)),
        database: writtenCidr(partOf(partOf(vpc, vpc.prefix + 4, 14), small, zoneIndex)),
        public: writtenCidr(partOf(partOf(vpc, vpc.prefix + 4, 15), small, zoneIndex)),
    };
}

/** Why a network cannot span these zones: the rule and the way out. Undefined when it can. */
export function zonesProblem(region: string, zones: readonly string[]): string | undefined {
    const foreign = zones.find((zone) => !new RegExp(`^${region}[a-z]$`).test(zone));
    if (foreign !== undefined) {
        return `"${foreign}" is no zone of ${region}. Write zones as "${region}a".`;
    }
    const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
    if (twice !== undefined) {
        return `"${twice}" is there twice. Remove one.`;
    }
    if (zones.length < 2 || zones.length > maximumZones) {
        return (
            `there must be from 2, which EKS and a database with a standby need, to ${maximumZones} zones. ` +
            `Name three where the region has them.`
        );
    }
    return undefined;
}

function knownVpc(cidr: string): Cidr {
    const parsed = parseCidr(cidr);
    const problem = cidrProblem(cidr);
    if (parsed === undefined || problem !== undefined) {
        throw new Error(`cidr is "${cidr}": ${problem ?? ""}`);
    }
    return parsed;
}
