/** What no deployment and no role of it may touch. */
export interface Guarded {
    readonly accountId: string;
    readonly bucketArn: string;
    /** The keys of the bucket and of every environment's secrets. */
    readonly keyArns: readonly string[];
}
