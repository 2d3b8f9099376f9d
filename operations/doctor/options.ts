import { parseArgs } from "node:util";

import { clusterOptions, positive, stackFileOf, stackOptions } from "../stack/stack-options.ts";

export const usage = `usage: npm run doctor -- --audit [options]
       npm run doctor -- --aws [--stack NAME] [--config-file FILE] [--json]

  --aws                compare what the stack takes of the account's quotas with what it allows; by the AWS CLI
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

/** What was asked for of the account in AWS. */
export interface AwsOptions {
    readonly aws: true;
    readonly stack: string;
    readonly configFile: string;
    readonly json: boolean;
}

/** What was asked for. Undefined stands for the default of its option. */
export interface Options {
    readonly stack: string;
    readonly configFile: string;
    readonly source: ClusterSource | { readonly scrape: string };
    readonly record: string | undefined;
    readonly json: boolean;
    readonly expectNone: boolean;
}

export interface ClusterSource {
    readonly kubeconfig: string | undefined;
    readonly context: string | undefined;
    readonly timeoutSeconds: number;
    readonly minutes: number;
}

/**
 * Reads the command line. `help` is what was asked for where it is neither audit nor quotas.
 *
 * @throws on an option that there is not, and on one that makes no sense, by its name and value.
 */
export function parseOptions(args: readonly string[]): Options | AwsOptions | "help" | "nothing" {
    const { values } = parseArgs({
        args: [...args],
        options: {
            audit: { type: "boolean", default: false },
            aws: { type: "boolean", default: false },
            ...stackOptions,
            ...clusterOptions,
            minutes: { type: "string" },
            record: { type: "string" },
            scrape: { type: "string" },
            "expect-none": { type: "boolean", default: false },
        },
    });
    if (values.help || !(values.audit || values.aws)) {
        return values.help ? "help" : "nothing";
    }
    if (values.aws) {
        const other = (["audit", "kubeconfig", "context", "timeout", "minutes", "record", "scrape"] as const).find(
            (name) => values[name] !== undefined && values[name] !== false,
        );
        if (other !== undefined || values["expect-none"]) {
            throw new Error(
                `--${other ?? "expect-none"} is about a cluster, and --aws reads an account: leave one out`,
            );
        }
        return { aws: true, stack: values.stack, configFile: stackFileOf(values), json: values.json };
    }
    const { stack, kubeconfig, context, scrape, record, json } = values;
    const ofCluster = (["kubeconfig", "context", "timeout", "minutes", "record"] as const).find(
        (name) => values[name] !== undefined,
    );
    if (scrape !== undefined && ofCluster !== undefined) {
        throw new Error(`--${ofCluster} is about a cluster, and --scrape reads none: leave one of them out`);
    }
    return {
        stack,
        configFile: stackFileOf(values),
        source:
            scrape === undefined
                ? {
                      kubeconfig,
                      context,
                      timeoutSeconds: positive("timeout", values.timeout ?? "10"),
                      minutes: values.minutes === undefined ? 0 : positive("minutes", values.minutes),
                  }
                : { scrape },
        record,
        json,
        expectNone: values["expect-none"],
    };
}
