// Runs a DAG as a person would, and follows it to its end: `npm run dag -- values`, or `make dag DAG=values`.
import { addressOf, readPorts } from "../cluster/ports.ts";
import { Containers, containersOf } from "../containers.ts";
import { AirflowApi, ApiRefusal } from "./airflow-api.ts";
import { loginContact } from "./contact.ts";
import { follow } from "./follow.ts";
import { changeLine, forbidden, logTail, unknownDag } from "./lines.ts";
import { Mistake, type Order, order, usage } from "./order.ts";
import { LoginRefused, Session } from "./session.ts";
import { nameOf } from "./task-changes.ts";
import { type Persona } from "../identity-provider/personas.ts";
import { reasonOf } from "../library-error.ts";
import { place } from "../place.ts";

const at = place();

/** Where Airflow answers. */
async function airflowAddress(): Promise<string> {
    const { airflow } = readPorts(at);
    if (airflow === undefined) {
        throw new Mistake("nothing was started here yet: `make up` starts it.");
    }
    if (containersOf(at) === Containers.simulated) {
        throw new Mistake("the containers here are simulated, so no Airflow runs: `make up` starts it for real.");
    }
    const address = addressOf(airflow);
    try {
        await fetch(`${address}/api/v2/version`);
    } catch {
        throw new Mistake(`no Airflow answers at ${address}: \`make up\` starts it, \`make status\` shows what runs.`);
    }
    return address;
}

async function logIn(airflow: string, { id, name }: Persona): Promise<Session> {
    try {
        return await Session.logIn(airflow, id);
    } catch (error) {
        throw error instanceof LoginRefused ? new Mistake(`Airflow does not let ${name} in: ${error.message}`) : error;
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

async function run(wanted: Order): Promise<boolean> {
    const { dag, person } = wanted;
    const airflow = await airflowAddress();
    const session = await logIn(airflow, person);
    try {
        const api = new AirflowApi(session);
        const runId = await trigger(api, wanted);
        console.log(`${dag}, run by ${person.name}: ${airflow}/dags/${dag}/runs/${encodeURIComponent(runId)}`);
        const began = performance.now();
        const seconds = () => (performance.now() - began) / 1000;
        const { run: ended, tasks } = await follow(api, dag, runId, {
            changed: (change) => {
                console.log(changeLine(change, seconds()));
            },
            silent: (reason) => {
                console.error(`Airflow does not answer, waiting for it: ${reason}`);
            },
        });
        for (const task of tasks.filter(({ state }) => state === "failed")) {
            console.log(`\n${nameOf(task)} failed at try ${String(task.try_number)}. The end of its log:`);
            console.log(logTail(await api.log(dag, runId, task)).join("\n"));
        }
        console.log(`\n${dag}: ${ended.state} after ${seconds().toFixed(1)} s`);
        return ended.state === "success";
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
