import { type ChartValues } from "../../chart-values.ts";

/** Sections that only components read. */
const ofComponents: ReadonlySet<string> = new Set([
    "api",
    "api_auth",
    "dag_processor",
    "database",
    "fab",
    "kubernetes_executor",
    "scheduler",
    "triggerer",
]);

/**
 * Settings of `config` for tasks: the official chart mounts airflow.cfg into their pods, which here have none, so they come
 * as variables, by Airflow's names for them. There a percent sign stands for itself.
 */
export function taskConfigEnvironment(config: ChartValues): { readonly name: string; readonly value: string }[] {
    return Object.entries(config)
        .filter(([section]) => !ofComponents.has(section))
        .flatMap(([section, settings]) =>
            Object.entries((settings ?? {}) as Record<string, unknown>).map(([key, value]) => ({
                name: taskVariable(section, key),
                value: text(value).replaceAll("%%", "%"),
            })),
        );
}

/** The variable that says the same as a setting. */
export function taskVariable(section: string, key: string): string {
    return `AIRFLOW__${variable(section)}__${variable(key)}`;
}

/** Whether what is below `config.<section>` reaches tasks. */
export function reachesTasks(section: string): boolean {
    return !ofComponents.has(section);
}

function variable(name: string): string {
    return name.toUpperCase().replaceAll(".", "_");
}

/** As Airflow writes truth, and as Helm writes anything else. */
function text(value: unknown): string {
    return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}
