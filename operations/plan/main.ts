// What a change means, before anyone deploys it: `npm run plan -- --base origin/main`.
import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { parsePlanOptions, PlanFormat, type PlanOptions, usage } from "./options.ts";
import { planAgainst, planSince, type PlanReport } from "./plan.ts";
import { planMarkdown, planText } from "./plan-text.ts";
import { order } from "./rules/rules.ts";

const printed: Readonly<Record<PlanFormat, (report: PlanReport) => string>> = {
    [PlanFormat.text]: planText,
    [PlanFormat.markdown]: planMarkdown,
    [PlanFormat.json]: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
};

async function run({ compared, stacks, format, failOn }: PlanOptions): Promise<number> {
    const report =
        "base" in compared
            ? await planSince(process.cwd(), compared.base, stacks)
            : await planAgainst(process.cwd(), stacks[0] ?? "", compared.against);
    process.stdout.write(withoutSecrets(printed[format](report)));
    return failOn !== undefined && order.indexOf(report.verdict) >= order.indexOf(failOn) ? 3 : 0;
}

try {
    const options = parsePlanOptions(process.argv.slice(2));
    if (options === "help") {
        process.stdout.write(usage);
    } else {
        process.exitCode = await run(options);
    }
} catch (error) {
    const { message, stack } = error as Error;
    process.stderr.write(`error: ${withoutSecrets(process.env.DEBUG === undefined ? message : String(stack))}\n`);
    process.exitCode = 1;
}
