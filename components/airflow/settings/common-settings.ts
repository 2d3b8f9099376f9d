import { createHash } from "node:crypto";

import { type AirflowImage, imageReference, officialImage } from "../airflow-image.ts";
import { type ChartValues } from "../../chart-values.ts";
import { type AirflowConfig, configEnvironment, configOfChart } from "./airflow-config.ts";
import { fromSecret } from "./from-secret.ts";
import { secrets } from "../names.ts";

/** What a stack sets for all that runs Airflow, and our Jobs take as the chart's components do. */
export interface CommonSettings {
    /** Defaults to Airflow's official image of the version. */
    readonly image?: AirflowImage | undefined;
    /** Options of airflow.cfg. Defaults to Airflow's own. */
    readonly config?: AirflowConfig | undefined;
    /** Variables whose values are in the Secret of options that are secret. Defaults to none. */
    readonly secretOptions?: readonly string[] | undefined;
}

/** The options that a stack sets, by its own key and among the chart's values. */
export function mergedConfig(config: AirflowConfig, { config: ofChart }: ChartValues): AirflowConfig {
    const merged = configOfChart((ofChart ?? {}) as ChartValues);
    return Object.fromEntries(
        [...new Set([...Object.keys(merged), ...Object.keys(config)])].map((section) => [
            section,
            { ...merged[section], ...config[section] },
        ]),
    );
}

/** The image of whatever runs Airflow of this version. */
export function imageOf(settings: CommonSettings, version: string): AirflowImage {
    return settings.image ?? officialImage(version);
}

/** Variables of a Job: one that the Job sets itself comes first and wins. */
export function commonEnvironment({ config = {}, secretOptions = [] }: CommonSettings) {
    return [...configEnvironment(config), ...secretEnvironment(secrets.configOptions, secretOptions)];
}

/** Variables that a Secret has under their own names. */
export function secretEnvironment(secret: string, variables: readonly string[]) {
    return variables.map((name) => fromSecret(name, { name: secret, key: name }));
}

/** Each variable once, as the first list has it that has it. */
export function eachOnce<Each extends { readonly name: unknown }>(...lists: readonly (readonly Each[])[]): Each[] {
    const names = new Set<unknown>();
    return lists.flat().filter(({ name }) => !names.has(name) && names.add(name));
}

/**
 * The end of a Job's name, which cannot be changed as its pod cannot: another one for other settings, and none for a stack
 * that sets nothing.
 */
export function settingsSuffix({ image, config = {}, secretOptions = [] }: CommonSettings): string {
    const set = [image === undefined ? null : [imageReference(image), image.pullPolicy, image.pullSecret], config];
    return image === undefined && Object.keys(config).length === 0 && secretOptions.length === 0
        ? ""
        : `-${createHash("sha256")
              .update(JSON.stringify([...set, secretOptions]))
              .digest("hex")
              .slice(0, 8)}`;
}
