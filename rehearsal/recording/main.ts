// Writes down what a program wants of one stack, for those who compare: no cloud, no cluster, no credentials, no secret.
import { parseArgs } from "node:util";

import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { planForm } from "./plan-form.ts";
import { record } from "./recording.ts";

try {
    const { values } = parseArgs({
        options: {
            stack: { type: "string" },
            root: { type: "string" },
            "config-file": { type: "string" },
            "secrets-are": { type: "string" },
        },
    });
    const { stack, root, "config-file": stackFile, "secrets-are": secretsAre } = values;
    if (stack === undefined || secretsAre === undefined) {
        throw new Error("give --stack, and with --secrets-are what stands for each secret");
    }
    const recording = await record(stack, { preview: false, root, stackFile, secretsAre });
    process.stdout.write(JSON.stringify(planForm(recording)));
} catch (error) {
    process.stderr.write(`error: ${withoutSecrets((error as Error).message)}\n`);
    process.exitCode = 1;
}
