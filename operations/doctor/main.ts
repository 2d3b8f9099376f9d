// What a person asks about a live stack, `npm run doctor -- --audit`, or about its account: `npm run doctor -- --aws`.
import { setTimeout as sleep } from "node:timers/promises";

import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { audit } from "./audit/audit.ts";
import { auditText } from "./audit/audit-text.ts";
import { breakGlassLine } from "../chain/break-glass.ts";
import { type AwsOptions, type ClusterSource, type Options, parseOptions, usage } from "./options.ts";
import { ApiServer } from "../cluster/api-server.ts";
import { type Reading, readProxies } from "./proxies/cluster-proxies.ts";
import { latestOf } from "./proxies/latest-scrapes.ts";
import { readRecording, writeRecording } from "./proxies/recording.ts";
import { awsCli } from "./quotas/aws-cli.ts";
import { quotaNeeds } from "./quotas/needs.ts";
import { preflight, preflightText } from "./quotas/preflight.ts";
import { stackConfig } from "../stack/stack-config.ts";
import { clusterInAws } from "../chain/aws-rights.ts";
import { type StackRows, stackRows } from "./stack-rows.ts";

/** A task's counts end with its pod. Whatever runs for longer than this is seen. */
const secondsBetween = 10;

const say = (line: string): void => void process.stderr.write(`${withoutSecrets(line)}\n`);

function optionsOrUsage(): Options | AwsOptions | undefined {
    try {
        const options = parseOptions(process.argv.slice(2));
        if (typeof options !== "string") {
            return options;
        }
        (options === "help" ? process.stdout : process.stderr).write(usage);
        process.exitCode = options === "help" ? 0 : 2;
    } catch (error) {
        say(`error: ${(error as Error).message}\n\n${usage}`);
        process.exitCode = 2;
    }
    return undefined;
}

async function readCluster(source: ClusterSource, { table, reach }: StackRows): Promise<Reading> {
    const { kubeconfig, timeoutSeconds, minutes } = source;
    const server = new ApiServer({
        kubeconfig: kubeconfig ?? reach?.kubeconfig,
        // A context of the stack's own kubeconfig says nothing of another file.
        context: source.context ?? (kubeconfig === undefined ? reach?.context : undefined),
        timeoutSeconds,
    });
    say(`reading the proxies of context ${server.context}`);
    const end = Date.now() + minutes * 60_000;
    let reading = await readProxies(server, table.namespaces);
    while (Date.now() + secondsBetween * 1000 <= end) {
        await sleep(secondsBetween * 1000);
        reading = latestOf([reading, await readProxies(server, table.namespaces)]);
    }
    return reading;
}

async function run({ stack, configFile, source, record, json, expectNone }: Options): Promise<number> {
    const rows = stackRows(stack, configFile);
    if (rows.breakGlass !== undefined) {
        say(`warning: ${breakGlassLine(rows.breakGlass)}`);
    }
    const { scrapes, notRead } =
        "scrape" in source ? { scrapes: readRecording(source.scrape), notRead: [] } : await readCluster(source, rows);
    if (scrapes.length === 0) {
        const [first] = notRead;
        throw new Error(
            first === undefined
                ? `no pod in ${rows.table.namespaces.join(", ")} has a proxy: is this the stack's cluster, and is the stack up?`
                : `no proxy could be read. ${first.pod}: ${first.reason}`,
        );
    }
    if (record !== undefined) {
        writeRecording(record, scrapes);
    }
    const found = audit(scrapes, rows);
    process.stdout.write(json ? `${JSON.stringify({ ...found, notRead }, undefined, 2)}\n` : auditText(found));
    notRead.forEach(({ pod, reason }) => {
        say(`not read: ${pod}: ${reason}`);
    });
    // What could not be read may have counted something.
    return notRead.length > 0 || (expectNone && found.findings.some(({ certain }) => certain)) ? 1 : 0;
}

/** Compares the account's quotas with what the stack takes. Ends with an error where one is too low. */
async function runAws({ stack, configFile, json }: AwsOptions): Promise<number> {
    const config = stackConfig(stack, configFile);
    const region = clusterInAws(config)?.account.region ?? "";
    const checked = await preflight(quotaNeeds(config), awsCli(region));
    process.stdout.write(json ? `${JSON.stringify(checked, undefined, 2)}\n` : preflightText(region, checked));
    return checked.every(({ enough }) => enough) ? 0 : 1;
}

const options = optionsOrUsage();
if (options !== undefined) {
    try {
        process.exitCode = await ("aws" in options ? runAws(options) : run(options));
    } catch (error) {
        say(`error: ${process.env.DEBUG === undefined ? (error as Error).message : String((error as Error).stack)}`);
        process.exitCode = 1;
    }
}
