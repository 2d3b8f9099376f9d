import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { type V1Pod } from "@kubernetes/client-node";

import { inside, type NetworkHolder } from "../../rehearsal/cluster/node/process/network/namespaces.ts";
import { peoplesAuthorityFile } from "../../rehearsal/cluster/peoples-authority.ts";
import { type Place } from "../../rehearsal/place.ts";

const ask = `fetch(process.argv[1], { redirect: "manual" }).then(
    ({ status }) => console.log(status),
    ({ cause }) => console.log(cause?.code),
)`;

/** What a pod that runs as processes gets from an address: a status, or the code of the error. */
export async function seenFrom(at: Place, pod: V1Pod, url: string): Promise<string> {
    const record = join(at.cluster, "pods", pod.metadata?.uid ?? "", "network.json");
    const { pod: network } = JSON.parse(readFileSync(record, "utf8")) as { pod: NetworkHolder };
    const [program = "", ...enter] = inside(network);
    const child = spawn(program, [...enter, process.execPath, "--eval", ask, url], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, NODE_EXTRA_CA_CERTS: peoplesAuthorityFile(at) },
    });
    return (await text(child.stdout)).trim();
}
