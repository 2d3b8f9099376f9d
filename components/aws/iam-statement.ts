/** The principals of a statement in a resource policy or a trust policy. Identity policies have none. */
export interface Principals {
    /** ARNs, or `*` for everybody. */
    readonly aws?: readonly string[] | "*";
    readonly service?: readonly string[];
    readonly federated?: readonly string[];
}

/** By operator and condition key: the values, one of which must match. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One statement of an IAM policy. */
export interface Statement {
    /** What it is for, in letters and digits. */
    readonly sid: string;
    /** Defaults to `Allow`. */
    readonly effect?: "Allow" | "Deny";
    readonly principals?: Principals;
    /** Such as `s3:GetObject`. */
    readonly actions: readonly string[];
    /** ARNs. A trust policy has none. */
    readonly resources?: readonly string[];
    /** Instead of `resources`: every resource but these (`NotResource`). */
    readonly allResourcesBut?: readonly string[];
    readonly conditions?: Conditions;
    /** Why this statement needs a wildcard. */
    readonly allowWildcard?: string;
}
