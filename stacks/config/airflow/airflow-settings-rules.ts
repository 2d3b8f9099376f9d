import * as pulumi from "@pulumi/pulumi";

import { type AirflowImage, airflowRepository, PullPolicy } from "../../../components/airflow/airflow-image.ts";
import { chartValueProblems } from "../../../components/airflow/chart-values/chart-value-problems.ts";
import { secrets } from "../../../components/airflow/names.ts";
import { type RegistryLogin } from "../../../components/airflow/settings/pull-secret.ts";
import { TaskVolumeKind } from "../../../components/airflow/tasks/task-additions.ts";
import { type ChartValues } from "../../../components/chart-values.ts";
import { repositoryOf } from "../../../components/images.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { optionProblems } from "./airflow-option-rules.ts";
import { startsWith } from "../plain-secrets.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedAirflow = ParsedConfig["airflow"];

/** Rules about the image, the config and what tasks get. */
export function settingsProblems(airflow: ParsedAirflow): Problem[] {
    return [
        ...below(["image"], ...imageProblems(airflow.image)),
        ...configProblems(airflow),
        ...below(["tasks"], ...taskProblems(airflow.tasks)),
        ...connectionProblems(airflow.connections),
    ];
}

/** The image that a stack names, and who pulls it. Undefined for Airflow's official one from where it is published. */
export function imageConfig(
    { image, version }: Pick<ParsedAirflow, "image" | "version">,
    images: ParsedConfig["images"],
): AirflowImage | undefined {
    const official = images.mirror === undefined && images.digests.airflow === undefined;
    if (image === undefined && official) {
        return undefined;
    }
    const { repository, tag, digest, pullPolicy = PullPolicy.ifNotPresent, pullSecret, credentials } = image ?? {};
    const ours = repository === undefined && tag === undefined && digest === undefined;
    return {
        repository: repository ?? sourceOf(images),
        tag: tag ?? version,
        digest: ours ? images.digests.airflow : digest,
        pullPolicy,
        pullSecret: credentials === undefined ? pullSecret : secrets.imagePull,
    };
}

export function registryLogin(
    { image }: Pick<ParsedAirflow, "image">,
    images: ParsedConfig["images"],
): RegistryLogin | undefined {
    if (image?.credentials === undefined) {
        return undefined;
    }
    const { registry, user, password } = image.credentials;
    return {
        registry: registry ?? registryOf(image.repository ?? sourceOf(images)),
        user,
        password: pulumi.secret(password),
    };
}

function sourceOf(images: ParsedConfig["images"]): string {
    return images.mirror === undefined ? airflowRepository : repositoryOf("airflow", images);
}

/** All values of a map as secrets. */
export function secretValues(values: Readonly<Record<string, string>>): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, pulumi.secret(value)]));
}

/** The host that an image is pulled from; Docker Hub's key for logins where it names none. */
export function registryOf(repository: string): string {
    const [first = "", ...rest] = repository.split("/");
    return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "https://index.docker.io/v1/";
}

function imageProblems(image: ParsedAirflow["image"]): Problem[] {
    const both = (one: string, other: string, wayOut: string) => ({
        path: [one],
        value: undefined,
        opening: `stands beside ${other}:`,
        rule: wayOut,
    });
    return [
        ...(image?.tag !== undefined && image.digest !== undefined
            ? [both("tag", "digest", "the digest alone says which image it is. Leave one of the two out.")]
            : []),
        ...(image?.pullSecret !== undefined && image.credentials !== undefined
            ? [
                  both(
                      "pullSecret",
                      "credentials",
                      "the stack makes the Secret from credentials. Leave one of the two out.",
                  ),
              ]
            : []),
        ...below(["pullSecret"], platformsName(image?.pullSecret)),
    ];
}

/** Where the platform says an option itself, it knows the way out better than the list of options. */
function configProblems(airflow: ParsedAirflow): Problem[] {
    const promised = [
        ...promisedProblems("config", airflow.config),
        ...promisedProblems("secretConfig", airflow.secretConfig),
    ];
    const ofChart = below(["chartValues"], ...chartValueProblems(airflow.chartValues));
    const known = [...promised, ...ofChart];
    return [
        ...promised,
        ...repeatedOptions(airflow),
        ...optionProblems(airflow).filter(({ path }) => !known.some((problem) => startsWith(path, problem.path))),
    ];
}

/** What the platform promises of airflow.cfg, whatever key of a stack would set it. */
function promisedProblems(key: "config" | "secretConfig", options: ChartValues): Problem[] {
    return chartValueProblems({ config: options }, { secretsAreEncrypted: key === "secretConfig", verbatim: true }).map(
        ({ path, ...problem }) => ({ ...problem, path: [key, ...path.slice(1)] }),
    );
}

/** One option in two places: nobody could tell which one counts. */
function repeatedOptions({ config, secretConfig, chartValues }: ParsedAirflow): Problem[] {
    const ofChart = (chartValues.config ?? {}) as Readonly<Record<string, ChartValues | undefined>>;
    const repeated = (
        key: string,
        options: Readonly<Record<string, ChartValues>>,
        other: string,
        others: typeof ofChart,
    ) =>
        Object.entries(options).flatMap(([section, below]) =>
            Object.keys(below)
                .filter((option) => others[section]?.[option] !== undefined)
                .map((option) => ({
                    path: [key, section, option],
                    value: undefined,
                    opening: `stands in airflow.${other} too:`,
                    rule: "one of them would do nothing. Leave one of the two out.",
                })),
        );
    return [
        ...repeated("config", config, "chartValues.config", ofChart),
        ...repeated("secretConfig", secretConfig, "chartValues.config", ofChart),
        ...repeated("secretConfig", secretConfig, "config", config),
    ];
}

/** What Airflow, AWS's clients, Linkerd and Kubernetes read, each with the key that does it. */
const reserved: readonly (readonly [RegExp, string])[] = [
    [/^AIRFLOW_CONN_/i, "it is a connection. Set airflow.connections instead."],
    [/^AIRFLOW_VAR_/i, "it is a variable of Airflow's. Set airflow.variables instead."],
    [/^AIRFLOW__/i, "it is an option of airflow.cfg. Set airflow.config instead, or airflow.secretConfig."],
    [/^AIRFLOW/i, "Airflow's image reads it. Leave it out."],
    [/^(LINKERD|KUBERNETES_)/i, "the mesh and Kubernetes set it. Leave it out."],
    [
        /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|ROLE_ARN|WEB_IDENTITY|CONTAINER_|EC2_METADATA)/i,
        "a task is known to AWS by its account's role. Leave it out; teams[…].aws says what a role may do.",
    ],
    [
        /(^|_)(HTTPS?|ALL|NO|FTP)_PROXY$/i,
        "tasks call by the mesh, which a proxy would go around. Leave it out; mesh.egress says what they may call.",
    ],
];

const secretVariable = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|ACCESS_KEY|SECRET_KEY|API_KEY|CREDENTIALS?)$/i;

function taskProblems({ env, envFrom, volumes, resources }: ParsedAirflow["tasks"]): Problem[] {
    const paths = volumes.map(({ path }) => path);
    return [
        ...Object.entries(env).flatMap(([name, value]) => below(["env", name], variableProblem(name, value))),
        ...(["secrets", "configMaps"] as const).flatMap((kind) =>
            envFrom[kind].flatMap((name, index) => below(["envFrom", kind, index], platformsName(name))),
        ),
        ...volumes.flatMap((volume, index) =>
            below(
                ["volumes", index],
                ...(volume.kind === TaskVolumeKind.emptyDir ? [] : below(["name"], platformsName(volume.name))),
                ...below(["path"], pathProblem(volume.path, paths.slice(0, index))),
            ),
        ),
        ...(["requests", "limits"] as const).flatMap((kind) =>
            ["cpu", "memory"]
                .filter((resource) => resources[kind][resource] !== undefined)
                .map((resource) => ({
                    path: ["resources", kind, resource],
                    value: resources[kind][resource],
                    rule:
                        "it is in airflow.sizes.task, for every task, and in resources of a task's pod_override, for that one. " +
                        "Set it there.",
                })),
        ),
    ];
}

function variableProblem(name: string, value: string): Problem | undefined {
    const rule = reserved.find(([pattern]) => pattern.test(name))?.[1];
    if (rule !== undefined) {
        return { path: [], value: undefined, opening: "is no variable for tasks:", rule };
    }
    return secretVariable.test(name) || /:\/\/[^/@\s]*:[^/@\s]+@/.test(value)
        ? {
              path: [],
              value: undefined,
              opening: "holds a secret:",
              rule:
                  "whoever may read pods would read it. Put it into a Secret of the tasks' namespace and name that in " +
                  "airflow.tasks.envFrom.secrets, or declare it in airflow.connections or airflow.variables.",
          }
        : undefined;
}

/** Secrets of the platform's own hold the database's login and the keys of everything. */
function platformsName(name: string | undefined): Problem | undefined {
    return name !== undefined && /^(airflow-|sh\.helm\.|linkerd)/.test(name)
        ? {
              path: [],
              value: name,
              rule: "names that begin with airflow-, linkerd and sh.helm. are the platform's own. Give yours another name.",
          }
        : undefined;
}

/** Folders that Airflow, its image and the system need as they are. */
const taken = [
    "/opt/airflow",
    "/etc/airflow-dag-bundles",
    "/var/run",
    "/run",
    "/proc",
    "/sys",
    "/dev",
    "/usr",
    "/bin",
    "/lib",
];
const alone = ["/etc", "/opt", "/home", "/tmp", "/var", "/home/airflow"];

function pathProblem(path: string, before: readonly string[]): Problem | undefined {
    const within = (folder: string) => path === folder || path.startsWith(`${folder}/`);
    if (taken.some(within) || alone.includes(path)) {
        return {
            path: [],
            value: path,
            rule: "the image and the platform have files of their own there. Choose a folder such as /etc/warehouse or /mnt/data.",
        };
    }
    const other = before.find((earlier) => within(earlier) || earlier.startsWith(`${path}/`));
    return other === undefined
        ? undefined
        : { path: [], value: path, rule: `another volume is at ${other}. Choose folders beside each other.` };
}

/** A connection that Airflow would not understand fails in each task that asks for it. */
function connectionProblems(connections: ParsedAirflow["connections"]): Problem[] {
    return Object.entries(connections).flatMap(([id, value]) => {
        const path = ["connections", id];
        if (id === "airflow_db" || id.startsWith("dag_bundle_")) {
            const rule = "the platform has a connection of that name for itself. Give yours another name.";
            return [{ path, value: undefined, opening: "is taken:", rule }];
        }
        return isConnection(value)
            ? []
            : [
                  {
                      path,
                      value: undefined,
                      opening: "is no connection:",
                      rule:
                          'it must be a URI, such as https://api.example.com, or JSON with "conn_type". ' +
                          "Correct it.",
                  },
              ];
    });
}

function isConnection(value: string): boolean {
    if (!value.startsWith("{")) {
        return /^[a-z][\w+.-]*:\/\//i.test(value);
    }
    try {
        return typeof (JSON.parse(value) as { conn_type?: unknown }).conn_type === "string";
    } catch {
        return false; // The problem says what JSON must be.
    }
}
