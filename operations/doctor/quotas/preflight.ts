import { section } from "../../stack/text-table.ts";
import { type QuotaReader } from "./aws-cli.ts";
import { type Need } from "./needs.ts";

/** A need with what the account allows. */
export interface Checked extends Need {
    readonly allowed: number;
    readonly enough: boolean;
}

/** Compares what a stack needs with what its account allows. */
export async function preflight(needs: readonly Need[], reader: QuotaReader): Promise<Checked[]> {
    const checked: Checked[] = [];
    // One after another: the service allows few requests a second.
    for (const need of needs) {
        const allowed = await reader.valueOf(need.code);
        checked.push({ ...need, allowed, enough: allowed >= need.amount });
    }
    return checked;
}

/** For people, the ones that do not suffice first. */
export function preflightText(region: string, checked: readonly Checked[]): string {
    if (checked.length === 0) {
        return "The stack makes no cluster in AWS, and so needs none of its quotas.\n";
    }
    const rows = (enough: boolean) =>
        checked
            .filter((each) => each.enough === enough)
            .map(({ code, name, amount, allowed, because }) => [code, name, `${amount}`, `${allowed}`, because]);
    const heads = ["CODE", "QUOTA", "NEEDS", "ALLOWED", "FOR"];
    return [
        ...section(`Too low in ${region}: ask for more in Service Quotas, and allow some days`, heads, rows(false)),
        ...section(`Enough in ${region}, for this stack alone`, heads, rows(true)),
        "",
    ]
        .slice(1)
        .join("\n");
}
