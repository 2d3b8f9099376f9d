import {
    isKnown,
    type KnownOptions,
    knownOptions,
    presentName,
} from "../../../components/airflow/settings/options/known-options.ts";
import { type ChartValues } from "../../../components/chart-values.ts";
import { type KeyPath, type Problem } from "../../../components/problem.ts";
import { nearest } from "../nearest.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedAirflow = Pick<ParsedConfig["airflow"], "config" | "secretConfig" | "unlistedConfig" | "chartValues">;

/** One option that a stack sets. */
interface Asked {
    /** Of the key that sets it. */
    readonly path: KeyPath;
    readonly section: string;
    readonly option: string;
}

/**
 * Options that Airflow would pass over without a word: it reads those that it asks for, by their names. A stack may name
 * others that it knows better about.
 */
export function optionProblems(airflow: ParsedAirflow): Problem[] {
    const known = knownOptions();
    const asked = [
        ...optionsOf(["config"], airflow.config),
        ...optionsOf(["secretConfig"], airflow.secretConfig),
        ...optionsOf(["chartValues", "config"], airflow.chartValues.config),
    ];
    return [
        ...asked.flatMap((one) => optionProblem(known, airflow.unlistedConfig, one)),
        ...airflow.unlistedConfig.flatMap((name, index) => unlistedProblem(known, asked, name, index)),
    ];
}

function optionProblem(known: KnownOptions, unlisted: readonly string[], asked: Asked): Problem[] {
    const { path, section, option } = asked;
    const name = `${section}.${option}`;
    const present = presentName(known, section, option);
    if (present !== undefined) {
        const rule = `Airflow calls it ${present} by now. Set it by that name.`;
        return [{ path, value: undefined, opening: "is an older name:", rule }];
    }
    if (isKnown(known, section, option) || unlisted.includes(name) || unlisted.includes(section)) {
        return [];
    }
    const what = known.sections.has(section) ? name : section;
    return [
        {
            path,
            value: undefined,
            opening: `is no option that Airflow ${known.version} reads, nor a provider that the platform uses.`,
            rule:
                `${didYouMean(known, asked)}Where a plugin or another provider of your image reads it, add ${what} to ` +
                `airflow.unlistedConfig; else remove it.`,
        },
    ];
}

/** An option may be of another section: many moved with Airflow 3. One that several have says nothing. */
function didYouMean({ sections }: KnownOptions, { section, option }: Asked): string {
    const home = nearest(section, [...sections.keys()]);
    const own = [...(sections.get(home ?? "") ?? [])];
    const all = [...sections.values()].flatMap((options) => [...options]);
    // Of a section that is like none, only the very name is a hint.
    const meant = home === undefined ? all.find((each) => each === option) : nearest(option, [...own, ...all]);
    if (meant === undefined) {
        return "";
    }
    const places = own.includes(meant) ? [home] : [...sections.keys()].filter((name) => sections.get(name)?.has(meant));
    return places.length === 1 ? `Did you mean ${places[0] ?? ""}.${meant}? ` : "";
}

/** An entry that changes nothing would hide the next misspelling. */
function unlistedProblem(known: KnownOptions, asked: readonly Asked[], name: string, index: number): Problem[] {
    const isListed =
        known.sections.has(name) || [...known.sections].some(([section, options]) => lists(section, options, name));
    const rule = isListed
        ? `Airflow ${known.version} reads it anyway. Remove the entry${known.sections.has(name) ? ", or name the option, as section.option" : ""}.`
        : asked.some(({ section, option }) => name === section || name === `${section}.${option}`)
          ? undefined
          : "no option that the stack sets is meant by it. Write it as the section or the option is written, or remove the entry.";
    return rule === undefined ? [] : [{ path: ["unlistedConfig", index], value: name, rule }];
}

function lists(section: string, options: ReadonlySet<string>, name: string): boolean {
    return name.startsWith(`${section}.`) && options.has(name.slice(section.length + 1));
}

function optionsOf(key: KeyPath, config: unknown): Asked[] {
    return Object.entries(isMap(config) ? config : {}).flatMap(([section, options]) =>
        Object.keys(isMap(options) ? options : {}).map((option) => ({
            path: [...key, section, option],
            section,
            option,
        })),
    );
}

function isMap(value: unknown): value is ChartValues {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
