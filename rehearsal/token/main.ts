// A token of a persona's for Airflow's API, as a person takes one from Airflow's pages:
// `AIRFLOW_CLI_TOKEN=$(npm run --silent token -- ada) npm run trace -- …`. It is nobody's password, and ends by itself.
import { reasonOf } from "../../components/secrecy/error-reason.ts";
import { Session } from "../dag/session.ts";
import { airflowDoor, comeBy } from "../entrance/airflow-door.ts";
import { personas } from "../identity-provider/personas.ts";
import { place } from "../place.ts";

const names = personas.map(({ id }) => id).join(", ");

async function token(persona: string): Promise<string> {
    const at = place();
    const door = await airflowDoor(at);
    if (door === undefined) {
        throw new Error("nothing was started here yet: `make up` starts it.");
    }
    comeBy(at, door);
    const session = await Session.logIn(door.address, persona);
    try {
        const { status, body } = await session.ask("POST", "/ui/auth/token", { token_type: "cli" });
        if (status !== 200) {
            throw new Error(`Airflow gave ${persona} no token: it answered ${String(status)}`);
        }
        return (body as { access_token: string }).access_token;
    } finally {
        await session.close();
    }
}

const [persona, ...more] = process.argv.slice(2);
if (persona === undefined || more.length > 0 || !personas.some(({ id }) => id === persona)) {
    console.error(`usage: npm run --silent token -- PERSONA, one of ${names}`);
    process.exitCode = 2;
} else {
    try {
        console.log(await token(persona));
    } catch (error) {
        console.error(reasonOf(error));
        process.exitCode = 1;
    }
}
