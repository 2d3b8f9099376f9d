// What a change means, before anyone deploys it: `npm run plan -- --base origin/main`.
import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { parsePlanOptions, PlanFormat, type PlanOptions, usage } from "./options.ts";
import { planAgainst, planSince, type PlanReport } from "./plan.ts";
import { planMarkdown, planText } from "./plan-text.ts";
import { helmProgram } from "./rendering/rendering.ts";
import { order } from "./rules/rules.ts";

const printed: Readonly<Record<PlanFormat, (report: PlanReport) => string>> = {
    [PlanFormat.text]: planText,
    [PlanFormat.markdown]: planMarkdown,
    [PlanFormat.json]: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
};

async function run({ compared, stacks, format, render, failOn }: PlanOptions): Promise<number> {
    const checkout = process.cwd();
    const helm = render ? helmProgram(checkout) : undefined;
    if (render && helm === undefined) {
        throw new Error("--render needs helm on the PATH, or the rehearsal's: run make setup, or leave it out");
    }
    const report =
        "base" in compared
            ? await planSince(checkout, compared.base, stacks, helm)
            : await planAgainst(checkout, stacks[0] ?? "", compared.against, helm);
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
