import { type Problem } from "../../problem.ts";

/** How long each certificate of the mesh lives, in hours. */
export interface Lifetimes {
    /** The workload certificates, which Linkerd signs and its proxies renew at 70 %. */
    readonly workloadHours: number;
    /** The identity issuer, which cert-manager signs. */
    readonly issuerHours: number;
    /** How long before its end the identity issuer is renewed. */
    readonly issuerRenewBeforeHours: number;
}

/**
 * The lifetimes that Linkerd and cert-manager recommend together: a workload certificate never outlives the issuer that
 * signed it, because the issuer is renewed an hour earlier than that could happen.
 */
export const defaultLifetimes: Lifetimes = { workloadHours: 24, issuerHours: 48, issuerRenewBeforeHours: 25 };

/** The roots: ten years, replaced only by a new generation. */
export const rootHours = 10 * 365 * 24;

/** The signing CA: a year. The first `pulumi up` in its last quarter renews it. */
export const signingHours = 365 * 24;
export const signingEarlyRenewalHours = 90 * 24;

/**
 * Webhook certificates: 90 days, renewed after 20. `linkerd check` warns of a webhook's certificate that ends
 * within 60 days, whatever its lifetime, so they are renewed ten days before that, which
 * cert-manager may be away without a warning.
 */
export const webhookHours = 90 * 24;
export const webhookRenewBeforeHours = 70 * 24;

/** What is wrong with the lifetimes, if anything. */
export function lifetimeProblem(lifetimes: Lifetimes): Problem | undefined {
    const { workloadHours, issuerHours, issuerRenewBeforeHours } = lifetimes;
    for (const field of ["workloadHours", "issuerHours", "issuerRenewBeforeHours"] as const) {
        if (!(lifetimes[field] > 0)) {
            return {
                path: [field],
                value: lifetimes[field],
                rule: "it must be more than 0 hours. Leave it out for the default.",
            };
        }
    }
    if (issuerRenewBeforeHours <= workloadHours) {
        return {
            path: ["issuerRenewBeforeHours"],
            value: issuerRenewBeforeHours,
            rule:
                `it must be more than workloadHours (${workloadHours}), or workload certificates are cut short at the ` +
                `issuer's end. Raise it, or lower workloadHours.`,
        };
    }
    if (issuerHours <= issuerRenewBeforeHours) {
        return {
            path: ["issuerHours"],
            value: issuerHours,
            rule:
                `it must be more than issuerRenewBeforeHours (${issuerRenewBeforeHours}), or the issuer is renewed ` +
                `without end. Raise it, or lower issuerRenewBeforeHours.`,
        };
    }
    return undefined;
}

/** Hours as Go reads durations, which is what Kubernetes objects and Linkerd's values take. */
export function duration(hours: number): string {
    return Number.isInteger(hours) ? `${hours}h` : `${Math.round(hours * 3600)}s`;
}
