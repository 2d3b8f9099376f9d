import { type ChartValues } from "../../chart-values.ts";
import { type Problem } from "../../problem.ts";
import { overruledValues, secretValues } from "./overruled-values.ts";
import { reachesTasks, taskVariable } from "./task-config.ts";

/**
 * What a stack asks of Airflow's chart and would not get. A value that the chart would take and nothing would come of is
 * worse than one that is refused.
 */
export function chartValueProblems(values: ChartValues): Problem[] {
    const refused = overruled(values, []);
    const already = new Set(refused.map(({ path }) => path.join(".")));
    const others = [...plainSecrets(values.config), ...unreadable(values.config)];
    return [...refused, ...others.filter(({ path }) => !already.has(path.join(".")))];
}

function overruled(values: ChartValues, above: readonly string[]): Problem[] {
    return Object.entries(values).flatMap(([key, value]): Problem[] => {
        const path = [...above, key];
        const written = path.join(".");
        const rule = Object.hasOwn(overruledValues, written) ? overruledValues[written] : undefined;
        if (rule !== undefined) {
            return [{ path, value, rule }];
        }
        const secretRule = Object.hasOwn(secretValues, written) ? secretValues[written] : undefined;
        if (secretRule !== undefined) {
            return [{ path, value: undefined, opening: "is a secret in plain text:", rule: secretRule }];
        }
        return isMap(value) ? overruled(value, path) : [];
    });
}

/** Names of settings that hold a secret, in Airflow and its providers. */
const secretSetting = /(^|_)(password|passwd|secret|token|private_key|secret_key|fernet_key|dsn|backend_kwargs)$/;

/** The whole airflow.cfg is a ConfigMap. */
function plainSecrets(config: unknown): Problem[] {
    return settingsOf(config)
        .filter(({ key, value }) => secretSetting.test(key) && value !== "")
        .map(({ section, key }) => ({
            path: ["config", section, key],
            value: undefined,
            opening: "holds a secret:",
            rule:
                "whoever may read the namespace's ConfigMaps would read it. Put it into a Secret of yours, and name that " +
                `in env of each part that needs it, as ${taskVariable(section, key)}.`,
        }));
}

/** The chart writes a setting by its templates, of which a task's variable knows nothing. */
function unreadable(config: unknown): Problem[] {
    return settingsOf(config)
        .filter(({ section, value }) => reachesTasks(section) && typeof value === "string" && value.includes("{{"))
        .map(({ section, key, value }) => ({
            path: ["config", section, key],
            value,
            rule: "tasks would read it as it stands. Write what the template would give.",
        }));
}

function settingsOf(config: unknown) {
    return Object.entries(isMap(config) ? config : {}).flatMap(([section, settings]) =>
        Object.entries(isMap(settings) ? settings : {}).map(([key, value]) => ({ section, key, value })),
    );
}

function isMap(value: unknown): value is ChartValues {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
