import { type TaskRole } from "../chain/aws-rights.ts";
import { type TracedTask } from "./traced-task.ts";

/**
 * The command that finds what a run's tasks did in AWS: by the role, which no other team has, and by the time. It is not
 * narrowed to a pod: the name of a session is cut where it is too long, and by IRSA the task's own code chooses it.
 */
export function cloudTrailCommand({ name, account }: TaskRole, tasks: readonly TracedTask[]): string {
    const from = tasks.flatMap(({ from: began }) => (began === undefined ? [] : [began])).sort()[0];
    const ends = tasks.flatMap(({ to }) => (to === undefined ? [] : [to])).sort();
    // A task that runs goes on.
    const to = ends.length === tasks.length ? ends.at(-1) : undefined;
    return [
        "aws cloudtrail lookup-events",
        `--region ${account.region}`,
        ...(from === undefined ? [] : [`--start-time ${moment(from, Math.floor)}`]),
        ...(to === undefined ? [] : [`--end-time ${moment(to, Math.ceil)}`]),
        `--query "Events[?contains(CloudTrailEvent, ':assumed-role/${name}/')].CloudTrailEvent"`,
        "--output text",
    ].join(" ");
}

/** CloudTrail knows whole seconds. */
function moment(text: string, whole: (seconds: number) => number): string {
    return new Date(whole(Date.parse(text) / 1000) * 1000).toISOString().replace(".000Z", "Z");
}
