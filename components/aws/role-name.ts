import { createHash } from "node:crypto";

/** IAM's limit. */
export const maxRoleNameLength = 64;

/** So many hexadecimal digits tell 10,000 shortened names of an account apart, but for a chance of one in 20 million. */
const digestLength = 12;

/**
 * The name of a role, begun by what tells the clusters of an AWS account apart: who deploys may make no role of another
 * name. What follows says whom it is for. One that IAM would refuse as too long is cut, with a digest of the whole in
 * place of what was cut: the same parts give the same name, and other parts another.
 */
export function roleName(parts: readonly [prefix: string, ...whom: string[]]): string {
    const whole = parts.join("-");
    // Kubernetes allows dots in service accounts' names, as IAM does; a `.` and a `-` stay apart.
    if (whole.length <= maxRoleNameLength) {
        return whole;
    }
    const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, digestLength);
    return `${whole.slice(0, maxRoleNameLength - digestLength - 1)}-${digest}`;
}
