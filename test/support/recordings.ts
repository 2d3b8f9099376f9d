import { availableParallelism } from "node:os";

import limitOf from "p-limit";

import { envoyGatewayDefinitions, gatewayApi } from "../../components/charts.ts";
import { record, type Recording } from "../../rehearsal/recording/recording.ts";

/** The section `charts` of a recording in which a stack gets an entrance: where the definitions are without a network. */
export const localDefinitions = {
    gatewayApi: `rehearsal/charts/${gatewayApi.file}`,
    envoyGateway: `rehearsal/charts/${envoyGatewayDefinitions.file}`,
};

type How = Parameters<typeof record>[1];

const made = new Map<string, Promise<Recording>>();
const early: (() => Promise<unknown>)[] = [];
const limit = limitOf(Math.max(2, availableParallelism()));

/**
 * The recording of a stack, made once for all tests of this process, since each is a run of the whole program. Nobody can
 * change what others look at, too.
 */
export function recorded(stack: string, how: How): Promise<Recording> {
    const key = JSON.stringify([stack, { config: {}, secretKeys: [], ...how }]);
    const known = made.get(key);
    if (known !== undefined) {
        return known;
    }
    const recording = limit(async () => frozen(await record(stack, how)));
    made.set(key, recording);
    return recording;
}

/**
 * What a suite needs in its `before`: asked for from when the first test runs on, so that it is made beside the tests that
 * come earlier. `make` asks for recordings.
 */
export function ahead<Made>(make: () => Promise<Made>): () => Promise<Made> {
    let asked: Promise<Made> | undefined;
    const ask = () => (asked ??= make());
    early.push(ask);
    return ask;
}

before(() => {
    for (const ask of early) {
        // The suite that needs it hears of a failure.
        ask().catch(() => undefined);
    }
});

function frozen<Value>(value: Value): Value {
    if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
        Object.freeze(value);
        Object.values(value).forEach(frozen);
    }
    return value;
}
