// Runs a DAG as a person would, and follows it to its end: `npm run dag -- values`, or `make dag DAG=values`.
import { Containers, containersOf } from "../containers.ts";
import { type AirflowDoor, airflowDoor, comeBy } from "../entrance/airflow-door.ts";
import { AirflowApi, ApiRefusal, type TaskInstance } from "./airflow-api.ts";
import { loginContact } from "./contact.ts";
import { firstRead } from "./first-read.ts";
import { follow } from "./follow.ts";
import { changeLine, endLine, forbidden, hasFailed, logTail, unknownDag } from "./lines.ts";
import { Mistake, type Order, order, usage } from "./order.ts";
import { Patience } from "./patience.ts";
import { StartReasons } from "./start-reasons.ts";
import { LoginRefused, ProviderNotReached, Session } from "./session.ts";
import { nameOf } from "./task-changes.ts";
import { type Persona } from "../identity-provider/personas.ts";
import { reasonOf } from "../../components/secrecy/error-reason.ts";
import { place } from "../place.ts";

const at = place();

/** Tasks whose log is shown when they failed. The others of a mapped task most often failed alike. */
const LOGS = 3;

/** How long Airflow may take for its version before nobody waits any more. */
const SILENCE_MILLISECONDS = 60_000;

const tell = (line: string): void => {
    console.error(line);
};

const patience = new Patience(tell);

async function deployedDoor(): Promise<AirflowDoor> {
    const door = await airflowDoor(at).catch((error: unknown) => {
        throw new Mistake(`the cluster does not say where Airflow is: ${reasonOf(error)}. \`make up\` starts it.`);
    });
    if (door === undefined) {
        throw new Mistake("nothing was started here yet: `make up` starts it.");
    }
    if (containersOf(at) === Containers.simulated) {
        throw new Mistake("the containers here are simulated, so no Airflow runs: `make up` starts it for real.");
    }
    return door;
}

/** Where Airflow answers. */
async function airflowAddress(): Promise<string> {
    const door = await deployedDoor();
    comeBy(at, door);
    const { address } = door;
    const version = fetch(`${address}/api/v2/version`, { signal: AbortSignal.timeout(SILENCE_MILLISECONDS) });
    try {
        await patience.wait("GET /api/v2/version", version);
    } catch {
        throw new Mistake(`no Airflow answers at ${address}: \`make up\` starts it, \`make status\` shows what runs.`);
    }
    return address;
}

async function logIn(airflow: string, { id, name }: Persona): Promise<Session> {
    try {
        return await Session.logIn(airflow, id, patience);
    } catch (error) {
        if (error instanceof LoginRefused) {
            throw new Mistake(`Airflow does not let ${name} in: ${error.message}`);
        }
        if (error instanceof ProviderNotReached) {
            throw new Mistake(
                `The login of ${name} never reached the identity provider: ${error.message}. ` +
                    "`make status` shows what runs, `make up` starts it.",
            );
        }
        throw error;
    }
}

/** Lets the DAG run and asks for a run of it. */
async function trigger(api: AirflowApi, { dag, person, conf }: Order): Promise<string> {
    try {
        const paused = await api.isPaused(dag);
        if (paused === undefined) {
            throw new Mistake(unknownDag(dag, await api.dagIds(), await api.importErrors()));
        }
        if (paused) {
            await api.unpause(dag);
        }
        return (await api.trigger(dag, conf)).dag_run_id;
    } catch (error) {
        if (error instanceof ApiRefusal && error.status === 403) {
            throw new Mistake(forbidden(person.name, `run ${dag}`, error, await loginContact(at.kubeconfig)));
        }
        throw error;
    }
}

/** A log that cannot be read takes nothing away from what is said of the run. */
async function endOfLog(api: AirflowApi, { dag }: Order, runId: string, task: TaskInstance): Promise<string> {
    try {
        return logTail(await api.log(dag, runId, task)).join("\n");
    } catch (error) {
        return `it cannot be read: ${reasonOf(error)}`;
    }
}

/** Who may run a DAG and not read its logs follows the run all the same. */
async function logIfAllowed(api: AirflowApi, { dag }: Order, runId: string, task: TaskInstance) {
    try {
        return await api.log(dag, runId, task);
    } catch (error) {
        if (error instanceof ApiRefusal && error.status === 403) {
            return [];
        }
        throw error;
    }
}

async function run(wanted: Order): Promise<boolean> {
    const { dag, person } = wanted;
    const airflow = await airflowAddress();
    const session = await logIn(airflow, person);
    try {
        const api = new AirflowApi(session);
        await firstRead(api, tell);
        const runId = await trigger(api, wanted);
        console.log(`${dag}, run by ${person.name}: ${airflow}/dags/${dag}/runs/${encodeURIComponent(runId)}`);
        const began = performance.now();
        const seconds = () => (performance.now() - began) / 1000;
        const starts = new StartReasons((task) => logIfAllowed(api, wanted, runId, task), tell);
        const followed = await follow(api, dag, runId, {
            looked: (tasks) => starts.look(tasks),
            changed: (change) => {
                console.log(changeLine(change, seconds()));
            },
            silent: (reason) => {
                console.error(`Airflow does not answer, waiting for it: ${reason}`);
            },
        });
        for (const task of followed.tasks.filter(hasFailed).slice(0, LOGS)) {
            console.log(`\n${nameOf(task)} failed at try ${String(task.try_number)}. The end of its log:`);
            console.log(await endOfLog(api, wanted, runId, task));
        }
        console.log(`\n${endLine(dag, followed, seconds())}`);
        return followed.run.state === "success";
    } finally {
        await session.close();
    }
}

try {
    const wanted = order(process.argv.slice(2));
    if (wanted === undefined) {
        console.log(usage);
    } else {
        process.exitCode = (await run(wanted)) ? 0 : 1;
    }
} catch (error) {
    console.error(error instanceof Mistake ? error.message : reasonOf(error));
    process.exitCode = 2;
}
