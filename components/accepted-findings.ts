/**
 * Findings of the security scanner that we accept: the reason, by the suffix of the resource's name and by the check. A
 * component's file exports its own as `acceptedFindings`. An entry that the scanner no longer reports is an error, so
 * that none outlives its cause. A `*` at the end of a suffix matches anything.
 */
export type AcceptedFindings = Readonly<Record<string, Readonly<Record<`CKV${string}`, string>>>>;
