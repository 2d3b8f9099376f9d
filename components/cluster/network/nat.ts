/** How many gateways nodes reach the internet by. */
export const Nat = {
    /** A zone that fails takes no other zone's way out with it. */
    perZone: "per-zone",
    /** Cheaper; traffic between zones is paid for, and the first zone's failure cuts all off. */
    single: "single",
} as const;
export type Nat = (typeof Nat)[keyof typeof Nat];
