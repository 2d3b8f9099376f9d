import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { type Plan } from "./changes.ts";
import { judge, type Judgement } from "./judgement.ts";
import { recordedPlan } from "./recorder.ts";
import { type RenderedDifferences, renderedDifferences } from "./rendering/rendered-differences.ts";
import { helmRendering } from "./rendering/rendering.ts";
import { withRevision } from "./revision.ts";
import { Verdict } from "./rules/rule.ts";
import { order } from "./rules/rules.ts";

export interface StackPlan extends Judgement {
    readonly stack: string;
    /** What it is compared with, for people. */
    readonly comparedWith: string;
}

export interface PlanReport {
    readonly verdict: Verdict;
    readonly stacks: readonly StackPlan[];
}

const nothing: Plan = { resources: {}, outputs: {} };
const fileOf = (root: string, stack: string): string => join(root, `Pulumi.${stack}.yaml`);

/**
 * What changed since a revision, for each stack. A stack that only one side has comes or goes as a whole. With a `helm`
 * what charts make of it is told too.
 */
export async function planSince(
    checkout: string,
    base: string,
    stacks: readonly string[],
    helm?: string,
): Promise<PlanReport> {
    return withRevision(checkout, base, async (folder) => {
        const all = stacks.length > 0 ? stacks : [...new Set([...stacksIn(checkout), ...stacksIn(folder)])].sort();
        const plans: StackPlan[] = [];
        for (const stack of all) {
            const [before, after] = [folder, checkout].map((root) => ({ root, stack, stackFile: fileOf(root, stack) }));
            if (
                before === undefined ||
                after === undefined ||
                ![before, after].some((at) => existsSync(at.stackFile))
            ) {
                throw new Error(
                    `stack ${stack} has no file Pulumi.${stack}.yaml on either side: name another with --stack`,
                );
            }
            // One after the other: each is a run of the whole program.
            const was = existsSync(before.stackFile) ? await recordedPlan(checkout, before) : nothing;
            const is = existsSync(after.stackFile) ? await recordedPlan(checkout, after) : nothing;
            const rendered = await renderedBetween({ plan: was, root: folder }, { plan: is, root: checkout }, helm);
            plans.push({ stack, comparedWith: base, ...judge(was, is, rendered) });
        }
        return report(plans);
    });
}

/** What one stack has that another has not, by the same program. */
export async function planAgainst(
    checkout: string,
    stack: string,
    against: string,
    helm?: string,
): Promise<PlanReport> {
    const [other, own] = [against, stack].map((name) => ({ name, root: checkout, stackFile: fileOf(checkout, name) }));
    const missing = [other, own].find((each) => each !== undefined && !existsSync(each.stackFile));
    if (other === undefined || own === undefined || missing !== undefined) {
        throw new Error(`stack ${missing?.name ?? ""} has no file Pulumi.${missing?.name ?? ""}.yaml in this checkout`);
    }
    // Under one name, so that only what they want differs. What only a stack for trying may have is refused under others.
    const name = [stack, against].find((each) => /^dev(-|$)/.test(each)) ?? stack;
    const was = await recordedPlan(checkout, { ...other, stack: name });
    const is = await recordedPlan(checkout, { ...own, stack: name });
    const rendered = await renderedBetween({ plan: was, root: checkout }, { plan: is, root: checkout }, helm);
    return report([{ stack, comparedWith: `the stack ${against}`, ...judge(was, is, rendered) }]);
}

interface Side {
    readonly plan: Plan;
    /** The folder of its program. */
    readonly root: string;
}

async function renderedBetween(was: Side, is: Side, helm?: string): Promise<RenderedDifferences | undefined> {
    const [before, after] = [was, is].map(({ plan, root }) => ({ plan, render: helmRendering(helm ?? "", root) }));
    return helm === undefined || before === undefined || after === undefined
        ? undefined
        : renderedDifferences(before, after);
}

/** The stacks of a checkout, by their files. */
export function stacksIn(folder: string): string[] {
    return readdirSync(folder)
        .flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
        .sort();
}

function report(stacks: readonly StackPlan[]): PlanReport {
    const gravest = Math.max(0, ...stacks.map(({ verdict }) => order.indexOf(verdict)));
    return { verdict: order[gravest] ?? Verdict.safe, stacks };
}
