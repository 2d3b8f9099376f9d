/** What started a run, as run_trigger.py writes it on pods, by the word that Airflow's API has for it. */
export const startedByWords: Readonly<Record<string, string>> = {
    ui: "person",
    rest_api: "api",
    cli: "cli",
    timetable: "schedule",
    asset: "asset",
    operator: "dag",
    backfill: "backfill",
    test: "test",
};

/** The same, for people. */
const sentences: Readonly<Record<string, string>> = {
    person: "in Airflow's pages",
    api: "by Airflow's API",
    cli: "by Airflow's command line",
    schedule: "by its schedule",
    asset: "by assets that were updated",
    dag: "by a task of another run, which passes on who started that",
    backfill: "by a backfill",
    test: "by a test",
};

/** What started a run, and who, where it was somebody. */
export interface RunStart {
    /** `person`, `api`, `schedule`, …, or `unknown`. */
    readonly by: string;
    /** The name that Airflow knows the one by: the subject of the login provider. */
    readonly user?: string;
}

export function runStartText({ by, user }: RunStart, name: string | undefined): string {
    const how = sentences[by] ?? "in a way that is not recorded";
    if (user === undefined) {
        return `nobody: ${how}`;
    }
    return `${name === undefined ? user : `${name} (${user})`}, ${how}`;
}
