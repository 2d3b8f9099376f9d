import { type Problem } from "../problem.ts";
import { parseCidr } from "./network/cidr.ts";

/** Who may reach the cluster's API server from outside the VPC. */
export interface PublicAccess {
    /** Ranges of public addresses, such as those of an office or a CI runner. */
    readonly cidrs: readonly string[];

    /** Why `cidrs` contains a range so wide that it means anybody. Required for such a range, refused without one. */
    readonly allowAnybody?: string;
}

/**
 * The shortest prefix of a single owner: the largest blocks of addresses ever assigned are /8. A wider range means
 * anybody.
 */
const widestPrefix = 8;

/** How many ranges EKS takes: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
const mostRanges = 40;

/** The first problem. Undefined when there is none. */
export function publicAccessProblem(access: PublicAccess): Problem | undefined {
    if (access.cidrs.length === 0) {
        return {
            path: ["cidrs"],
            value: access.cidrs,
            rule: "EKS takes that for everybody. Name ranges, or leave public access out.",
        };
    }
    if (access.cidrs.length > mostRanges) {
        return {
            path: ["cidrs"],
            value: access.cidrs.length,
            rule:
                `EKS takes at most ${mostRanges} ranges, and the addresses of runners that GitHub hosts are more. Join ` +
                `ranges, or deploy from a runner inside the VPC or with a fixed address.`,
        };
    }
    const broken = access.cidrs.findIndex((cidr) => parseCidr(cidr) === undefined);
    if (broken >= 0) {
        return {
            path: ["cidrs", broken],
            value: access.cidrs[broken],
            rule: 'it must be a range of IPv4 addresses that begins at its first one. Write it as "203.0.113.0/24".',
        };
    }
    const wide = access.cidrs.findIndex((cidr) => (parseCidr(cidr)?.prefix ?? 0) < widestPrefix);
    const reason = access.allowAnybody?.trim() ?? "";
    if (wide >= 0 && reason === "") {
        return {
            path: ["cidrs", wide],
            value: access.cidrs[wide],
            rule: "that is anybody. Name narrower ranges, or give allowAnybody with a reason.",
        };
    }
    if (wide < 0 && access.allowAnybody !== undefined) {
        return {
            path: ["allowAnybody"],
            value: access.allowAnybody,
            rule: "no range is so wide that it holds anybody. Remove it.",
        };
    }
    return undefined;
}
