import { createHash } from "node:crypto";

/** What Kubernetes takes for a label's value, and so what every tool can show and select. */
const longest = 63;

/**
 * A policy's name. Its parts are DNS labels, which have no dots: so parts that differ give names that differ. What would
 * be too long ends in a digest of the whole.
 */
export function policyName(...parts: readonly (string | number)[]): string {
    const name = parts.join(".");
    if (name.length <= longest) {
        return name;
    }
    const digest = createHash("sha256").update(name).digest("hex").slice(0, 12);
    // A digest is a part of its own, so no name of other parts is taken for it.
    return `${name.slice(0, longest - digest.length - 1).replace(/[-.]+$/, "")}.${digest}`;
}
