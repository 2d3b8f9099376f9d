import { createHash } from "node:crypto";

/** IAM's limit. */
export const maxRoleNameLength = 64;

/** Hexadecimal digits. Among 10,000 shortened names, the chance that any two are equal is below 1 in 5 million. */
const digestLength = 12;

/**
 * The name of a role: a prefix, which distinguishes the clusters of an AWS account, then what the role is for. The
 * deployer may create only roles with its prefix. A name that is too long for IAM is cut and ends in a digest of all
 * parts: the same parts give the same name, and different parts different names.
 */
export function roleName(parts: readonly [prefix: string, ...whom: string[]]): string {
    const whole = parts.join("-");
    // Service account names may contain dots, and so may role names: nothing has to be replaced.
    if (whole.length <= maxRoleNameLength) {
        return whole;
    }
    const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, digestLength);
    return `${whole.slice(0, maxRoleNameLength - digestLength - 1)}-${digest}`;
}
