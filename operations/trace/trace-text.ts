import { isMachine } from "../../components/teams/access/team-machine.ts";
import { chainLines, factLines } from "../chain/chain-text.ts";
import { type GroupRights } from "../chain/people.ts";
import { section } from "../stack/text-table.ts";
import { runStartText } from "./run-start.ts";
import { type Trace } from "./trace.ts";
import { type TracedTask } from "./traced-task.ts";

/** For a terminal. */
export function traceText({
    dag,
    run,
    state,
    start,
    person,
    machine,
    groups,
    chain,
    tasks,
    cloudTrail,
    differs,
}: Trace): string {
    const lines = [
        `${dag}, run ${run}${state === undefined ? "" : `: ${state}`}`,
        ...factLines([
            ["started by", runStartText(start, person?.name)],
            ...(start.user === undefined || isMachine(start.user)
                ? []
                : [["groups", groupsText(groups, person !== undefined)] as const]),
            ...(machine === undefined ? [] : [["by tokens of", machine.tokens] as const]),
            ...(person === undefined ? [] : [["roles", person.roles.join(", ") || "none any more"] as const]),
            ["team", chain.team],
        ]),
        ...section("Tasks", ["TASK", "TRY", "STATE", "POD", "RUNS AS", "FROM", "TO"], tasks.map(taskCells)),
        "",
        "They run as",
        ...chainLines(chain),
        ...(cloudTrail === undefined
            ? []
            : [
                  "",
                  "What they did in AWS (of the last 90 days, objects in S3 only where a trail records them):",
                  `  ${cloudTrail}`,
              ]),
        ...(differs.length === 0 ? [] : ["", "Not as the config says:", ...differs.map((line) => `  ${line}`)]),
    ];
    return `${lines.join("\n")}\n`;
}

function groupsText(groups: readonly GroupRights[], known: boolean): string {
    const names = groups.map(({ group, role }) => `${group} (${role})`).join(", ");
    if (known) {
        return names === "" ? "none that may start it any more" : names;
    }
    return names === "" ? "none may start it" : `one of ${names}`;
}

function taskCells({ task, mapIndex, attempt, state, pod, runsAs, from, to }: TracedTask): string[] {
    return [
        mapIndex < 0 ? task : `${task}[${mapIndex}]`,
        `${attempt}`,
        state,
        pod ?? "none yet",
        runsAs ?? "as below",
        from ?? "",
        to ?? "",
    ];
}
