import {
    type AirflowSizes,
    type ComponentSize,
    replicas,
    sizedComponents,
} from "../../../components/airflow/airflow-sizes.ts";
import { chartValueProblems } from "../../../components/airflow/chart-values/chart-value-problems.ts";
import { type UnknownKey, unknownKeys } from "../../../components/airflow/chart-values/chart-keys.ts";
import { officialKeys } from "../../../components/airflow/chart-values/official-keys.ts";
import { defaultDagBundles } from "../../../components/airflow/dags/dag-bundles.ts";
import { secretsPathProblem } from "../../../components/airflow/secrets-backend/secrets-manager.ts";
import { type ChartValues } from "../../../components/chart-values.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { imageConfig, registryLogin, secretValues, settingsProblems } from "./airflow-settings-rules.ts";
import { mebibytes } from "../../../components/teams/team-quota.ts";
import { bundleConfig, credentialsProblem } from "./dag-bundle-rules.ts";
import { databaseConfig, databaseProblems } from "./database-rules.ts";
import { generationProblems } from "../generation-rules.ts";
import { nearest } from "../nearest.ts";
import { repeatedNames } from "../repetition-rules.ts";
import { type ParsedConfig } from "../schema.ts";
import { teamAwsProblems } from "../teams/team-aws-rules.ts";
import { taskLogsConfig, taskLogsProblems } from "./task-logs-rules.ts";

type ParsedAirflow = ParsedConfig["airflow"];

/** Rules that the schema cannot hold: between two keys, about the stack's name, or about a file. */
export function airflowProblems(airflow: ParsedAirflow, stack: string): Problem[] {
    const { dagBundles = [] } = airflow;
    const { fernet } = airflow.keys;
    return [
        ...addressProblems(airflow),
        ...memoryProblems(airflow),
        ...replicaProblems(airflow),
        ...connectionProblems(airflow),
        ...below(["pools"], ...repeatedNames("pools", namesOf(airflow.pools))),
        ...below(["dagBundles"], ...repeatedNames("dagBundles", namesOf(dagBundles))),
        ...below(
            ["keys", "fernet"],
            ...generationProblems({
                generations: fernet.generations,
                used: { key: "encrypts", generation: fernet.encrypts },
                listKey: "keys.fernet.generations",
                consequence: "nobody could read what it encrypts",
            }),
        ),
        ...dagBundles.flatMap((bundle, index) => below(["dagBundles", index], credentialsProblem(bundle))),
        ...below(["database"], ...databaseProblems(airflow.database, stack)),
        ...below(["logs"], ...taskLogsProblems(airflow.logs, stack)),
        ...secretsProblems(airflow.secrets),
        ...(airflow.aws === undefined ? [] : below(["aws"], ...teamAwsProblems(airflow.aws))),
        ...settingsProblems(airflow),
        ...below(["chartValues"], ...askedOfChart(airflow.chartValues)),
    ];
}

/** Helm passes over a top-level key that the chart does not know, and over what it knows and has no use for. */
function askedOfChart(values: ChartValues): Problem[] {
    return [...unknownKeys(values, officialKeys).map(unknownToChart), ...chartValueProblems(values)];
}

function unknownToChart({ path, known }: UnknownKey): Problem {
    const meant = nearest(path.at(-1) ?? "", known);
    const rule = meant === undefined ? "Remove it." : `Did you mean ${meant}? Else remove it.`;
    return { path, value: undefined, opening: "is no value of Airflow's chart.", rule };
}

export function airflowConfig(parsed: ParsedAirflow, images: ParsedConfig["images"]) {
    const { hostname, url, connections, variables, unlistedConfig: _, ...airflow } = parsed;
    return {
        ...airflow,
        url: url ?? (hostname === undefined ? undefined : `https://${hostname}`),
        dagBundles: airflow.dagBundles?.map(bundleConfig) ?? defaultDagBundles,
        database: databaseConfig(airflow.database),
        logs: taskLogsConfig(airflow.logs),
        image: imageConfig(airflow, images),
        registryLogin: registryLogin(airflow, images),
        secretConfig: Object.fromEntries(
            Object.entries(airflow.secretConfig).map(([section, options]) => [section, secretValues(options)]),
        ),
        lookups: { connections: secretValues(connections), variables: secretValues(variables) },
    };
}

function namesOf(entries: readonly { readonly name: string }[]): string[] {
    return entries.map(({ name }) => name);
}

function addressProblems({ hostname, url }: ParsedAirflow): Problem[] {
    return hostname === undefined || url === undefined
        ? []
        : [
              {
                  path: ["url"],
                  value: url,
                  rule:
                      "hostname gives an address already. Leave one of the two out: url when it is https:// and that host " +
                      "name.",
              },
          ];
}

function memoryProblems({ sizes }: ParsedAirflow): Problem[] {
    return (Object.entries(sizes) as [keyof AirflowSizes, ComponentSize][]).flatMap(
        ([part, { memory, memoryLimit }]) =>
            memoryLimit === undefined || mebibytes(memoryLimit) >= mebibytes(memory)
                ? []
                : [
                      {
                          path: ["sizes", part, "memoryLimit"],
                          value: memoryLimit,
                          rule: `it must be at least what is asked for, ${memory}. Raise it, or lower memory.`,
                      },
                  ],
    );
}

function replicaProblems({ sizes, highAvailability }: ParsedAirflow): Problem[] {
    return sizedComponents
        .filter((part) => highAvailability && sizes[part].replicas === 1)
        .map((part) => ({
            path: ["sizes", part, "replicas"],
            value: 1,
            rule:
                "with highAvailability there must be 2, so that one is there while the other moves. Raise it, leave it " +
                "out, or set highAvailability to false.",
        }));
}

function connectionProblems({ sizes, highAvailability, concurrency }: ParsedAirflow): Problem[] {
    const bouncers = replicas(sizes.pgbouncer, highAvailability);
    const least = 5 * bouncers;
    return concurrency.databaseConnections >= least
        ? []
        : [
              {
                  path: ["concurrency", "databaseConnections"],
                  value: concurrency.databaseConnections,
                  rule: `${bouncers} PgBouncers share them, and each needs 5. Make it at least ${least}.`,
              },
          ];
}

function secretsProblems(secrets: ParsedAirflow["secrets"]): Problem[] {
    return (["platformPath", "tasksPath"] as const).flatMap((key) => {
        const path = secrets?.[key];
        return below(["secrets", key], path === undefined ? undefined : secretsPathProblem(path));
    });
}
