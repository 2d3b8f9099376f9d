// From who started a run to what its tasks may do: `npm run trace -- values manual__2026-11-26T00:00:00+00:00`.
import { findLocalhostNames } from "../../components/https/localhost-names.ts";
import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { type PlatformConfig } from "../../stacks/config.ts";
import { taskChains } from "../chain/task-chain.ts";
import { ApiServer } from "../cluster/api-server.ts";
import { clusterReach } from "../stack/cluster-reach.ts";
import { stackConfig } from "../stack/stack-config.ts";
import { type AirflowRecord, airflowRecord } from "./airflow-record.ts";
import { parseTraceOptions, tokenVariable, type TraceOptions, usage } from "./options.ts";
import { runPods } from "./run-pods.ts";
import { type Found, trace } from "./trace.ts";
import { traceText } from "./trace-text.ts";

const say = (line: string): void => void process.stderr.write(`${withoutSecrets(line)}\n`);

function server({ kubeconfig, context, timeoutSeconds }: TraceOptions, config: PlatformConfig): ApiServer {
    const reach = clusterReach(config);
    return new ApiServer({
        kubeconfig: kubeconfig ?? reach?.kubeconfig,
        // A context of the stack's own kubeconfig says nothing of another file.
        context: context ?? (kubeconfig === undefined ? reach?.context : undefined),
        timeoutSeconds,
    });
}

async function recorded({ dag, run, airflow, timeoutSeconds }: TraceOptions, config: PlatformConfig) {
    const token = process.env[tokenVariable];
    if (token === undefined || token === "") {
        return undefined;
    }
    const url = airflow ?? config.airflow.url;
    if (url === undefined) {
        throw new Error("the config has no airflow.url: say where Airflow is with --airflow");
    }
    return airflowRecord({ url, token, timeoutSeconds }, dag, run);
}

/** Asks Airflow where there is a token, and the cluster in any case: which alone may be enough. */
async function find(options: TraceOptions, config: PlatformConfig): Promise<Found> {
    const { dag, run } = options;
    const record: AirflowRecord | undefined = await recorded(options, config);
    try {
        const pods = await runPods(server(options, config), taskChains(config), dag, run);
        if (pods === undefined && record === undefined) {
            throw new Error(
                `the cluster has no pod of run ${run} of ${dag}: there is no such run, or its tasks have ended, and their ` +
                    `pods with them. To ask Airflow what it recorded, set ${tokenVariable}: see --help.`,
            );
        }
        return { pods, record };
    } catch (error) {
        if (record === undefined) {
            throw error;
        }
        say(`the cluster was not read, so what follows is what Airflow recorded: ${(error as Error).message}`);
        return { pods: undefined, record };
    }
}

// The rehearsal's Airflow has such a name.
findLocalhostNames();
try {
    const options = parseTraceOptions(process.argv.slice(2));
    if (options === "help") {
        process.stdout.write(usage);
    } else {
        const config = stackConfig(options.stack, options.configFile);
        const found = trace(options, config, taskChains(config), await find(options, config));
        process.stdout.write(options.json ? `${JSON.stringify(found, undefined, 2)}\n` : traceText(found));
    }
} catch (error) {
    say(`error: ${process.env.DEBUG === undefined ? (error as Error).message : String((error as Error).stack)}`);
    process.exitCode = 1;
}
