import { AirflowApi, type DagRun, type LogEvent, type TaskInstance } from "../../../rehearsal/dag/airflow-api.ts";
import { type FollowedRun, follow } from "../../../rehearsal/dag/follow.ts";
import { Session } from "../../../rehearsal/dag/session.ts";
import { type TaskChange } from "../../../rehearsal/dag/task-changes.ts";

/** How a run went, with every change that was seen. */
export interface ObservedRun extends FollowedRun {
    readonly dag: string;
    readonly changes: readonly TaskChange[];
}

/** Somebody who is logged in to the Airflow of a stage. */
export class Person {
    readonly session: Session;
    readonly api: AirflowApi;

    private constructor(session: Session) {
        this.session = session;
        this.api = new AirflowApi(session);
    }

    static async logIn(airflow: string, persona: string): Promise<Person> {
        return new Person(await Session.logIn(airflow, persona));
    }

    /** Lets a DAG run, and asks for a run of it. */
    async trigger(dag: string, conf: object = {}): Promise<DagRun> {
        await this.api.unpause(dag);
        return this.api.trigger(dag, conf);
    }

    async follow(dag: string, { dag_run_id: run }: DagRun): Promise<ObservedRun> {
        const changes: TaskChange[] = [];
        const followed = await follow(this.api, dag, run, {
            changed: (change) => {
                changes.push(change);
            },
            silent: () => undefined,
        });
        console.log(`      ${dag}: ${followed.run.state}`);
        return { ...followed, dag, changes };
    }

    async log({ dag, run }: ObservedRun, task: TaskInstance, attempt?: number): Promise<string> {
        return logText(await this.api.log(dag, run.dag_run_id, task, attempt));
    }

    /** Makes a Variable, which tasks can read. */
    async setVariable(key: string, value: string): Promise<void> {
        const { status, body } = await this.session.ask("POST", "/api/v2/variables", { key, value });
        if (status !== 201) {
            throw new Error(`making the Variable ${key} was answered with ${String(status)}: ${JSON.stringify(body)}`);
        }
    }
}

/** A log with what went wrong in it. */
export function logText(events: readonly LogEvent[]): string {
    return events
        .flatMap(({ event, error_detail }) => [event, ...(error_detail ?? []).map(({ exc_value }) => exc_value)])
        .join("\n");
}
