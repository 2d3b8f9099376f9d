import { readFileSync } from "node:fs";

/** What Airflow and the providers that the platform uses read of airflow.cfg. */
export interface KnownOptions {
    /** Of which Airflow, such as `3.3.2`. */
    readonly version: string;
    /** Names of options by section. */
    readonly sections: ReadonlyMap<string, ReadonlySet<string>>;
    /** What an option is called now, by a name that Airflow still takes for it, both as `section.option`. */
    readonly renamed: ReadonlyMap<string, string>;
    /** Options that are secrets, as `section.option`. */
    readonly sensitive: ReadonlySet<string>;
}

/** As list_options.py prints it. */
interface Listed {
    readonly version: string;
    readonly sections: Readonly<Record<string, string>>;
    readonly renamed: Readonly<Record<string, string>>;
    readonly sensitive: string;
}

let read: KnownOptions | undefined;

/** Those of the version that is the default, and of the providers that the rehearsal's lock file pins beside it. */
export function knownOptions(): KnownOptions {
    read ??= unpackedOptions(
        JSON.parse(readFileSync(new URL("airflow-options.json", import.meta.url), "utf8")) as Listed,
    );
    return read;
}

function unpackedOptions({ version, sections, renamed, sensitive }: Listed): KnownOptions {
    return {
        version,
        sections: new Map(Object.entries(sections).map(([section, options]) => [section, new Set(options.split(" "))])),
        renamed: new Map(Object.entries(renamed)),
        sensitive: new Set(sensitive.split(" ")),
    };
}

/** Whether Airflow reads an option by this name. A secret may also be given by a command, or by a secrets backend. */
export function isKnown({ sections, sensitive }: KnownOptions, section: string, option: string): boolean {
    const base = /^(.+)_(cmd|secret)$/.exec(option)?.[1];
    return sections.get(section)?.has(option) === true || (base !== undefined && sensitive.has(`${section}.${base}`));
}

/** What an option of an older name is called now, as `section.option`. Undefined for a name that is none of those. */
export function presentName({ renamed }: KnownOptions, section: string, option: string): string | undefined {
    let name = renamed.get(`${section}.${option}`);
    // Some were renamed twice.
    for (let next = name; next !== undefined; next = renamed.get(next)) {
        name = next;
    }
    return name;
}
