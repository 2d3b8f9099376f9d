import { parsedPlan, type Json, type Plan } from "../../../operations/plan/changes.ts";
import { planForm } from "../../../rehearsal/recording/plan-form.ts";
import { recorded } from "../../support/recordings.ts";

/** What the program wants of a stack. Each call gives one of its own, so that a test may change it. */
export async function planOf(stack: string, config: Record<string, unknown> = {}): Promise<Plan> {
    return parsedPlan(JSON.stringify(planForm(await recorded(stack, { preview: false, config }))));
}

/** The key of the only resource whose key has the text. */
export function keyOf(plan: Plan, part: string): string {
    const [found, ...others] = Object.keys(plan.resources).filter((key) => key.includes(part));
    if (found === undefined || others.length > 0) {
        throw new Error(`${String(others.length + (found === undefined ? 0 : 1))} resources have ${part} in their key`);
    }
    return found;
}

/** Sets an input, or takes it away where the value is undefined. */
export function set(plan: Plan, part: string, path: readonly (string | number)[], value: Json | undefined): void {
    const resource = plan.resources[keyOf(plan, part)] as unknown as Record<string, Json>;
    const inner = path
        .slice(0, -1)
        .reduce<Record<string, Json>>((each, key) => (each[key] ??= {}) as Record<string, Json>, resource);
    const last = path.at(-1) ?? "";
    if (value === undefined) {
        Reflect.deleteProperty(inner, last);
    } else {
        inner[last] = value;
    }
}

export function remove(plan: Plan, part: string): void {
    Reflect.deleteProperty(plan.resources, keyOf(plan, part));
}
