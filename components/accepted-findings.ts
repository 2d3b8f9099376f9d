/**
 * What a scanner reports about a component's own resources and we leave as it is: by the resource's suffix, then by check,
 * the reason. A component's file exports it as `acceptedFindings`. One that is no longer reported is an error, so that
 * none outlives its cause. A `*` at the end of a suffix stands for any rest.
 */
export type AcceptedFindings = Readonly<Record<string, Readonly<Record<`CKV${string}`, string>>>>;
