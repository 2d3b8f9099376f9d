import { changesBetween, type Json, parsedPlan, type Plan } from "../../operations/plan/changes.ts";
import { planForm } from "../../rehearsal/recording/plan-form.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";

/** The stack whose graph is kept for reviewers as what differs from another's. */
export const comparedStack = "staging.example";
export const comparedWith = "prod.example";

const planOf = (recording: Recording): Plan => parsedPlan(JSON.stringify(planForm(recording)));

/**
 * What differs between two graphs: by resource what its inputs were and are, by their path, or that only one of them has
 * it. With the other graph it says all that is in this one.
 */
export function differencesBetween(other: Recording, own: Recording): { [resource: string]: Json } {
    return Object.fromEntries(
        changesBetween(planOf(other), planOf(own)).map(({ name, type, before, after, differences }) => {
            const paths = differences.map(({ path, was, is }): [string, Json] => [path, [was ?? null, is ?? null]]);
            const said: Json =
                before === undefined
                    ? { only: comparedStack, inputs: after?.inputs ?? null }
                    : after === undefined
                      ? { only: comparedWith }
                      : Object.fromEntries(paths);
            return [`${name} (${type})`, said];
        }),
    );
}
