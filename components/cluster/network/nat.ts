/** The number of NAT gateways. */
export const Nat = {
    /** One in each zone, so that no zone depends on another. */
    perZone: "per-zone",
    /**
     * One in the first zone: cheaper, but traffic between zones costs money, and no zone has internet without the
     * first.
     */
    single: "single",
} as const;
export type Nat = (typeof Nat)[keyof typeof Nat];
