/** A range of IPv4 addresses, as numbers. */
export interface Cidr {
    /** The first address. */
    readonly start: number;
    /** The number of leading bits that all addresses share. */
    readonly prefix: number;
}

/** The ranges of RFC 1918 and RFC 6598, which AWS allows for a VPC. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** The largest VPC that AWS allows, and the smallest in which the subnets are large enough. */
export const vpcPrefixes = { shortest: 16, longest: 20 } as const;

/** Undefined if the text is not a CIDR, or if its address has bits outside the prefix. */
export function parseCidr(text: string): Cidr | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
    const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = (match ?? []).slice(1).map(Number);
    if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) {
        return undefined;
    }
    const start = ((a * 256 + b) * 256 + c) * 256 + d;
    return start % size({ prefix }) === 0 ? { start, prefix } : undefined;
}

export function writtenCidr({ start, prefix }: Cidr): string {
    const octets = [24, 16, 8, 0].map((bits) => Math.floor(start / 2 ** bits) % 256);
    return `${octets.join(".")}/${prefix}`;
}

/** One of the parts with a longer prefix into which a range divides, counted from 0. */
export function partOf(whole: Cidr, prefix: number, index: number): Cidr {
    return { start: whole.start + index * size({ prefix }), prefix };
}

/** Whether two ranges share an address. Throws if one is not a CIDR. */
export function overlaps(one: string, other: string): boolean {
    const [first, second] = [known(one), known(other)];
    return first.start < second.start + size(second) && second.start < first.start + size(first);
}

/** Whether the outer range contains every address of the inner range. Throws if one is not a CIDR. */
export function containsCidr(outer: string, inner: string): boolean {
    return overlaps(outer, inner) && known(outer).prefix <= known(inner).prefix;
}

/** Why our VPC cannot have this range: the rule and the way out. Undefined when it can. */
export function cidrProblem(cidr: string): string | undefined {
    const parsed = parseCidr(cidr);
    if (parsed === undefined) {
        return 'it must be a range of IPv4 addresses that begins at its first one. Write it as "10.20.0.0/16".';
    }
    if (parsed.prefix < vpcPrefixes.shortest || parsed.prefix > vpcPrefixes.longest) {
        return (
            `it must have a prefix from /${vpcPrefixes.shortest}, the largest VPC that AWS makes, to ` +
            `/${vpcPrefixes.longest}, below which pods run out of addresses. Choose one between.`
        );
    }
    if (!privateRanges.some((range) => containsCidr(range, cidr))) {
        return (
            `it must lie in a private range, or hosts of the internet are out of reach. ` +
            `Choose one within ${privateRanges.join(", ")}.`
        );
    }
    return undefined;
}

export function size({ prefix }: Pick<Cidr, "prefix">): number {
    return 2 ** (32 - prefix);
}

function known(text: string): Cidr {
    const parsed = parseCidr(text);
    if (parsed === undefined) {
        throw new Error(`"${text}" is no range of IPv4 addresses that begins at its first one`);
    }
    return parsed;
}
