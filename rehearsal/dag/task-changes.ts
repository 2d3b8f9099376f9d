import { type TaskInstance } from "./airflow-api.ts";

/** A task instance that is now in another state, or at another try. */
export interface TaskChange {
    /** With the instance's number when the task is mapped, such as `weigh[2]`. */
    readonly task: string;
    readonly state: string;
    readonly attempt: number;
}

/** Remembers how far each task of a run was, and tells what is new. */
export class TaskChanges {
    readonly #seen = new Map<string, string>();

    since(instances: readonly TaskInstance[]): TaskChange[] {
        return instances.flatMap((instance) => {
            const change = { task: nameOf(instance), state: instance.state ?? "", attempt: instance.try_number };
            const now = `${change.state} ${String(change.attempt)}`;
            if (change.state === "" || this.#seen.get(change.task) === now) {
                return [];
            }
            this.#seen.set(change.task, now);
            return [change];
        });
    }
}

export function nameOf({ task_id, map_index }: Pick<TaskInstance, "task_id" | "map_index">): string {
    return map_index < 0 ? task_id : `${task_id}[${String(map_index)}]`;
}
