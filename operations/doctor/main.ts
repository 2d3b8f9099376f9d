// What a person asks about a live stack: `npm run doctor -- --audit`.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { audit } from "./audit/audit.ts";
import { auditText } from "./audit/audit-text.ts";
import { ApiServer } from "./proxies/api-server.ts";
import { type Reading, readProxies } from "./proxies/cluster-proxies.ts";
import { latestOf } from "./proxies/latest-scrapes.ts";
import { readRecording, writeRecording } from "./proxies/recording.ts";
import { type StackRows, stackRows } from "./stack-rows.ts";

const usage = `usage: npm run doctor -- --audit [options]

  --audit              list the calls that mesh.policy: enforce would refuse, and the row that would allow each

  --stack NAME         the stack, dev unless given
  --config-file FILE   its config, Pulumi.<stack>.yaml unless given
  --kubeconfig FILE    what reaches its cluster; the stack's own where it names one, else what kubectl takes
  --context NAME       the context in it
  --timeout SECONDS    how long one answer may take, 10 unless given
  --minutes N          read again and again for so long, so that tasks are seen while they run
  --record FOLDER      keep what the proxies gave
  --scrape PATH        read such a recording, a file or the folder, and no cluster
  --json               print one JSON document
  --expect-none        end with an error if any call would surely be refused
`;

/** Proxies keep a series for ten minutes after its last call, but a task's ends with its pod. */
const secondsBetween = 10;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function parse() {
    try {
        return parseArgs({
            options: {
                audit: { type: "boolean", default: false },
                stack: { type: "string", default: "dev" },
                "config-file": { type: "string" },
                kubeconfig: { type: "string" },
                context: { type: "string" },
                timeout: { type: "string", default: "10" },
                minutes: { type: "string", default: "0" },
                record: { type: "string" },
                scrape: { type: "string" },
                json: { type: "boolean", default: false },
                "expect-none": { type: "boolean", default: false },
                help: { type: "boolean", short: "h", default: false },
            },
        }).values;
    } catch (error) {
        process.stderr.write(`${(error as Error).message}\n\n${usage}`);
        process.exit(2);
    }
}

type Options = ReturnType<typeof parse>;

function positive(option: string, text: string, { orZero = false } = {}): number {
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0 || (value === 0 && !orZero)) {
        throw new Error(`--${option} is ${JSON.stringify(text)}: give a number${orZero ? "" : " above 0"}`);
    }
    return value;
}

async function readings(options: Options, { table, reach }: StackRows): Promise<Reading> {
    const timeoutSeconds = positive("timeout", options.timeout);
    const minutes = positive("minutes", options.minutes, { orZero: true });
    if (options.scrape !== undefined) {
        const other = (["kubeconfig", "context", "record"] as const).find((name) => options[name] !== undefined);
        if (other !== undefined || minutes > 0) {
            throw new Error(
                `--${other ?? "minutes"} is about a cluster, and --scrape reads none: leave one of them out`,
            );
        }
        return { scrapes: readRecording(options.scrape), notRead: [] };
    }
    const kubeconfig = options.kubeconfig ?? reach?.kubeconfig;
    const server = new ApiServer({
        kubeconfig,
        context: options.context ?? (options.kubeconfig === undefined ? reach?.context : undefined),
        timeoutSeconds,
    });
    say(`reading the proxies of context ${server.context}`);
    const end = Date.now() + minutes * 60_000;
    const all = [await readProxies(server, table.namespaces)];
    while (Date.now() + secondsBetween * 1000 <= end) {
        await sleep(secondsBetween * 1000);
        all.push(await readProxies(server, table.namespaces));
        all.splice(0, all.length, latestOf(all));
    }
    return latestOf(all);
}

async function run(options: Options): Promise<number> {
    const rows = stackRows(options.stack, options["config-file"] ?? `Pulumi.${options.stack}.yaml`);
    const { scrapes, notRead } = await readings(options, rows);
    if (options.record !== undefined) {
        writeRecording(options.record, scrapes);
    }
    if (scrapes.length === 0) {
        const [first] = notRead;
        throw new Error(
            first === undefined
                ? `no pod in ${rows.table.namespaces.join(", ")} has a proxy: is this the stack's cluster, and is the stack up?`
                : `no proxy could be read. ${first.pod}: ${first.reason}`,
        );
    }
    const found = audit(scrapes, rows);
    process.stdout.write(options.json ? `${JSON.stringify({ ...found, notRead }, undefined, 2)}\n` : auditText(found));
    notRead.forEach(({ pod, reason }) => {
        say(`not read: ${pod}: ${reason}`);
    });
    // What could not be read may have counted something.
    return notRead.length > 0 || (options["expect-none"] && found.findings.some(({ certain }) => certain)) ? 1 : 0;
}

const options = parse();
if (options.help || !options.audit) {
    (options.help ? process.stdout : process.stderr).write(usage);
    process.exitCode = options.help ? 0 : 2;
} else {
    try {
        process.exitCode = await run(options);
    } catch (error) {
        say(`error: ${process.env.DEBUG === undefined ? (error as Error).message : String((error as Error).stack)}`);
        process.exitCode = 1;
    }
}
