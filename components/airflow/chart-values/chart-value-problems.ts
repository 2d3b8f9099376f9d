import { type ChartValues } from "../../chart-values.ts";
import { type Problem } from "../../problem.ts";
import { overruledValues, secretValues } from "./overruled-values.ts";

/**
 * What a stack asks of Airflow's chart and would not get. A value that the chart would take and nothing would come of is
 * worse than one that is refused. `secretsAreEncrypted` is for options that arrive by a Secret, `verbatim` for those that
 * the chart does not take for templates.
 */
export function chartValueProblems(
    values: ChartValues,
    { secretsAreEncrypted = false, verbatim = false }: { secretsAreEncrypted?: boolean; verbatim?: boolean } = {},
): Problem[] {
    const refused = overruled(values, []);
    const already = new Set(refused.map(({ path }) => path.join(".")));
    const others = [
        ...(secretsAreEncrypted ? [] : plainSecrets(values.config)),
        ...(verbatim ? [] : unreadable(values.config)),
    ];
    return [...refused, ...others.filter(({ path }) => !already.has(path.join(".")))];
}

function overruled(values: ChartValues, above: readonly string[]): Problem[] {
    return Object.entries(values).flatMap(([key, value]): Problem[] => {
        const path = [...above, key];
        const rule = ruleOf(overruledValues, path);
        if (rule !== undefined) {
            return [{ path, value, rule }];
        }
        const secretRule = ruleOf(secretValues, path);
        if (secretRule !== undefined) {
            return [{ path, value: undefined, opening: "is a secret in plain text:", rule: secretRule }];
        }
        return isMap(value) ? overruled(value, path) : [];
    });
}

/** Airflow takes the value of some options from a command or a secrets backend, by another name of the option. */
function ruleOf(rules: Readonly<Record<string, string>>, path: readonly string[]): string | undefined {
    const written = path.join(".");
    const option = path[0] === "config" && path.length === 3 ? written.replace(/_(cmd|secret)$/, "") : written;
    return [written, option].map((name) => (Object.hasOwn(rules, name) ? rules[name] : undefined)).find(Boolean);
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
                "whoever may read the namespace's ConfigMaps would read it. Set " +
                `airflow.secretConfig.${section}.${key} instead, encrypted, which arrives by a Secret.`,
        }));
}

/** Templates of the chart, and references of airflow.cfg, of which a variable of tasks and Jobs knows nothing. */
function unreadable(config: unknown): Problem[] {
    return settingsOf(config).flatMap(({ section, key, value }) => {
        const words = typeof value === "string" ? value.replaceAll("%%", "") : "";
        const rule = words.includes("{{")
            ? "tasks and Jobs would read it as it stands. Write what the template would give."
            : words.includes("%")
              ? "a percent sign begins a reference in airflow.cfg, which tasks and Jobs would read as it stands. Set it in " +
                "airflow.config instead, where a percent sign is one."
              : undefined;
        return rule === undefined ? [] : [{ path: ["config", section, key], value, rule }];
    });
}

function settingsOf(config: unknown) {
    return Object.entries(isMap(config) ? config : {}).flatMap(([section, settings]) =>
        Object.entries(isMap(settings) ? settings : {}).map(([key, value]) => ({ section, key, value })),
    );
}

function isMap(value: unknown): value is ChartValues {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
