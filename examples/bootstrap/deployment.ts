import { type Guarded } from "./boundary.ts";
import { type StackSecrets, type StateLocation } from "./state-permissions.ts";

/** What a deploy role's policies are made from. */
export interface Deployment {
    readonly region: string;
    /** Begins the name of everything that the stack makes. */
    readonly cluster: string;
    /** The hosted zones in which the stack makes records. */
    readonly zoneIds: readonly string[];
    /** What every role that the stack makes must carry. */
    readonly boundaryArn: string;
    /** The bucket's region may be another than the deployment's. */
    readonly state: StateLocation;
    readonly stack: StackSecrets;
    readonly guarded: Guarded;
}
