import { EntranceCluster } from "./entrance-cluster.ts";

let shared: Promise<EntranceCluster> | undefined;

/** One cluster with an entrance for every test of it: making one takes most of the time of such a test. */
export function sharedEntrance(): Promise<EntranceCluster> {
    shared ??= open();
    return shared;
}

async function open(): Promise<EntranceCluster> {
    const cluster = new EntranceCluster();
    try {
        await cluster.start((line) => {
            console.log(`      ${line}`);
        });
    } catch (error) {
        await cluster.stop();
        throw error;
    }
    return cluster;
}

after(async function () {
    // One that did not come up is down already.
    await shared?.then(
        (cluster) => cluster.stop(),
        () => undefined,
    );
});
