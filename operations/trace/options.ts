import { parseArgs } from "node:util";

import { clusterOptions, positive, stackFileOf, stackOptions } from "../stack/stack-options.ts";

/** The variable that Airflow's own command line takes a person's token from. */
export const tokenVariable = "AIRFLOW_CLI_TOKEN";

export const usage = `usage: npm run trace -- DAG_ID RUN_ID [options]

From who started a run of a DAG to what its tasks may do: person, groups, role, team, pods, account, mesh identity, IAM
role, calls and hosts, and how to find in CloudTrail what they did.

The pods of tasks that run are read from the cluster. Pods end with their tasks: for what has ended, set ${tokenVariable} to a
token of your own, which Airflow's pages give you (your name, then Generate Token, CLI Token). It is sent to Airflow alone.

  --stack NAME         the stack, dev unless given
  --config-file FILE   its config, Pulumi.<stack>.yaml unless given
  --airflow URL        where Airflow is, airflow.url of the config unless given
  --kubeconfig FILE    what reaches the cluster; the stack's own where it names one, else what kubectl takes
  --context NAME       the context in it
  --timeout SECONDS    how long one answer may take, 10 unless given
  --json               print one JSON document
`;

export interface TraceOptions {
    readonly dag: string;
    readonly run: string;
    readonly stack: string;
    readonly configFile: string;
    readonly airflow: string | undefined;
    readonly kubeconfig: string | undefined;
    readonly context: string | undefined;
    readonly timeoutSeconds: number;
    readonly json: boolean;
}

/** @throws on an option that there is not, and where a DAG or a run is missing. */
export function parseTraceOptions(args: readonly string[]): TraceOptions | "help" {
    const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { ...stackOptions, ...clusterOptions, airflow: { type: "string" } },
    });
    if (values.help) {
        return "help";
    }
    const [dag, run, ...more] = positionals;
    if (dag === undefined || run === undefined || more.length > 0) {
        throw new Error(
            `a trace takes a DAG and a run of it, and got ${positionals.length === 0 ? "nothing" : positionals.join(" ")}`,
        );
    }
    return {
        dag,
        run,
        stack: values.stack,
        configFile: stackFileOf(values),
        airflow: values.airflow,
        kubeconfig: values.kubeconfig,
        context: values.context,
        timeoutSeconds: positive("timeout", values.timeout ?? "10"),
        json: values.json,
    };
}
