/** What everything that asks cert-manager for a certificate says in the same way. */

export const certManagerGroup = "cert-manager.io";
export const certManagerApi = `${certManagerGroup}/v1`;

/** The one key that Linkerd's check accepts everywhere. A new key at each renewal is cert-manager's own default. */
export const ecdsaP256 = { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" } as const;

/** Makes Pulumi wait until cert-manager has issued, which for a custom resource it does not do by itself. */
export const ready = { "pulumi.com/waitFor": "condition=Ready" } as const;

/** How long an authority that cert-manager makes lives: ten years, since what it signs cannot outlive it. */
export const authorityDuration = `${10 * 365 * 24}h`;
