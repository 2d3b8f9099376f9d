import { type Guarded } from "../guarded.ts";
import { type StackSecrets, type StateLocation } from "../state/state-permissions.ts";

/** What every role that the stack makes must carry: one of the two. */
export interface Boundaries {
    /** Of the roles of service accounts, and of any role that is not named as one of the cluster's own. */
    readonly workloadsArn: string;
    /** Of the cluster's own roles, which are known by name. */
    readonly servicesArn: string;
}

/** What a deploy role's policies are made from. */
export interface Deployment {
    readonly region: string;
    /** Begins the name of everything that the stack makes. */
    readonly cluster: string;
    /** The hosted zones in which the stack makes records. */
    readonly zoneIds: readonly string[];
    readonly boundaries: Boundaries;
    /** The bucket's region may be another than the deployment's. */
    readonly state: StateLocation;
    readonly stack: StackSecrets;
    readonly guarded: Guarded;
}
