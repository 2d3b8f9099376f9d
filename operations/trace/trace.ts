import { type PlatformConfig } from "../../stacks/config.ts";
import { isMachine } from "../../components/teams/access/team-machine.ts";
import { type GroupRights, groupRights, type MachineRights, machineRights } from "../chain/people.ts";
import { type TaskChain } from "../chain/task-chain.ts";
import { type AirflowRecord, type KnownPerson } from "./airflow-record.ts";
import { cloudTrailCommand } from "./cloud-trail.ts";
import { type RunPods } from "./run-pods.ts";
import { type RunStart } from "./run-start.ts";
import { together, type TracedTask } from "./traced-task.ts";

/** A run's chain from who started it to what its tasks may do. */
export interface Trace {
    readonly dag: string;
    readonly run: string;
    /** Undefined where Airflow was not asked. */
    readonly state?: string;
    readonly start: RunStart;
    /** Undefined where Airflow was not asked, and where it does not tell. */
    readonly person?: KnownPerson;
    /** The one of the chain's team that started it. Left out where it was none. */
    readonly machine?: MachineRights;
    /** Groups whose members may start a run of this DAG: those that give the person's roles, where these are known. */
    readonly groups: readonly GroupRights[];
    readonly chain: TaskChain;
    readonly tasks: readonly TracedTask[];
    /** Undefined where the tasks use nothing in AWS. */
    readonly cloudTrail?: string;
    /** What is not as the config says it. */
    readonly differs: readonly string[];
}

/** What was found out about a run, and from whom. At least one of the two knows it. */
export interface Found {
    readonly pods: RunPods | undefined;
    readonly record: AirflowRecord | undefined;
}

/** @throws where the run's DAG is of no team. */
export function trace(
    { dag, run }: { readonly dag: string; readonly run: string },
    config: PlatformConfig,
    chains: readonly TaskChain[],
    { pods, record }: Found,
): Trace {
    const bundle = record?.bundle;
    const chain = pods?.chain ?? chains.find(({ dags }) => dags.some((source) => source.bundle === bundle));
    if (chain === undefined) {
        throw new Error(
            `${dag} comes from the bundle ${bundle ?? "-"}, which is no team's of this stack: is it its file?`,
        );
    }
    const tasks = together(record?.tasks ?? [], pods?.tasks ?? []);
    const start = pods?.start ?? record?.start ?? { by: "unknown" };
    const person = record?.person;
    const machine = machineRights(config).find(({ machine: name, team }) => name === start.user && team === chain.team);
    return {
        dag,
        run,
        ...(record && { state: record.state }),
        start,
        ...(person && { person }),
        ...(machine && { machine }),
        groups: groupRights(config).filter(
            ({ team, role, startsRuns }) =>
                startsRuns &&
                (team === undefined || team === chain.team) &&
                (person === undefined || person.roles.includes(role)),
        ),
        chain,
        tasks,
        ...(chain.role && { cloudTrail: cloudTrailCommand(chain.role, tasks) }),
        differs: [...differences(chain, tasks, pods, record), ...formerMachine(start, dag, machine)],
    };
}

/** Who started a run by a name that only machines have, and could not any more. */
function formerMachine({ user = "" }: RunStart, dag: string, machine: MachineRights | undefined): string[] {
    if (!isMachine(user) || machine?.dags.includes(dag)) {
        return [];
    }
    return [`${user} started it, and may not any more`];
}

function differences(
    { namespace, serviceAccount }: TaskChain,
    tasks: readonly TracedTask[],
    pods: RunPods | undefined,
    record: AirflowRecord | undefined,
): string[] {
    const expected = `${namespace}/${serviceAccount}`;
    const [onPods, recorded] = [pods?.start, record?.start];
    return [
        ...tasks.flatMap(({ pod = "", runsAs }) =>
            runsAs === undefined || runsAs === expected ? [] : [`pod ${pod} runs as ${runsAs}, not as ${expected}`],
        ),
        ...(onPods !== undefined &&
        recorded !== undefined &&
        (onPods.by !== recorded.by || onPods.user !== recorded.user)
            ? [
                  `its pods say that ${onPods.user ?? onPods.by} started it, and Airflow now says ${recorded.user ?? recorded.by}`,
              ]
            : []),
    ];
}
