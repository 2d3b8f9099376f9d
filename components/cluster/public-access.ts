import { type Problem } from "../problem.ts";
import { parseCidr } from "./network/cidr.ts";

/** Who may reach the address of the cluster's API server from outside the VPC. */
export interface PublicAccess {
    /** Ranges of public addresses, such as an office's or a runner's. */
    readonly cidrs: readonly string[];

    /** Why ranges so wide are listed that anybody is in them. Asked for then, and only then. */
    readonly allowAnybody?: string;
}

/** A range that is wider than the widest that one owner was ever given holds anybody. */
const widestPrefix = 8;

/** What is wrong with it, if anything. */
export function publicAccessProblem(access: PublicAccess): Problem | undefined {
    if (access.cidrs.length === 0) {
        return {
            path: ["cidrs"],
            value: access.cidrs,
            rule: "EKS takes that for everybody. Name ranges, or leave public access out.",
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
