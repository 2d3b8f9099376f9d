import { type ChartValues } from "../../chart-values.ts";

/** What an option of airflow.cfg can be. */
export type ConfigValue = string | number | boolean;

/** Options by section, as airflow.cfg has them. Here every character stands for itself. */
export type AirflowConfig = Readonly<Record<string, Readonly<Record<string, ConfigValue>>>>;

/** A variable of a container. */
export interface Variable {
    readonly name: string;
    readonly value: string;
}

/** Sections that only components read. */
const ofComponents: ReadonlySet<string> = new Set([
    "api",
    "api_auth",
    "dag_processor",
    "database",
    "fab",
    "kubernetes_executor",
    "scheduler",
    // Tasks have [workers] secrets_backend: the login of this one would be every author's.
    "secrets",
    "triggerer",
]);

/** Whether tasks read a section. */
export function readByTasks(section: string): boolean {
    return !ofComponents.has(section);
}

/** The variable that says the same as an option. */
export function configVariable(section: string, option: string): string {
    return `AIRFLOW__${variable(section)}__${variable(option)}`;
}

/**
 * The options as variables, for containers that have no airflow.cfg: tasks and our own Jobs. In a variable a percent sign
 * stands for itself.
 */
export function configEnvironment(config: AirflowConfig): Variable[] {
    return Object.entries(config).flatMap(([section, options]) =>
        Object.entries(options).map(([option, value]) => ({
            name: configVariable(section, option),
            value: text(value),
        })),
    );
}

/** The options that tasks read. */
export function configOfTasks(config: AirflowConfig): AirflowConfig {
    return Object.fromEntries(Object.entries(config).filter(([section]) => readByTasks(section)));
}

/**
 * The options as the chart writes them into airflow.cfg: a percent sign would begin a reference there, and two braces a
 * template of the chart.
 */
export function configForChart(config: AirflowConfig): ChartValues {
    return mapped(config, (value) => verbatim(text(value).replaceAll("%", "%%")));
}

/** The chart's own `config`, which is written for airflow.cfg, with every character for itself. */
export function configOfChart(config: ChartValues): AirflowConfig {
    return mapped(config as AirflowConfig, (value) => text(value).replaceAll("%%", "%"));
}

/** Text that a template of the chart writes as it stands. */
export function verbatim(words: string): string {
    return words.replaceAll("{{", '{{ "{{" }}');
}

function mapped(config: AirflowConfig, map: (value: ConfigValue) => string): AirflowConfig {
    return Object.fromEntries(
        Object.entries(config).map(([section, options]) => [
            section,
            Object.fromEntries(Object.entries(options ?? {}).map(([option, value]) => [option, map(value)])),
        ]),
    );
}

function variable(name: string): string {
    return name.toUpperCase().replaceAll(".", "_");
}

/** As Airflow writes truth, and as Helm writes anything else. */
function text(value: ConfigValue): string {
    return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}
