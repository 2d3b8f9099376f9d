// Makes a network with two pods on it, takes one away, and prints the gateway's hardware address before and after.
import { spawnSync } from "node:child_process";

import { ClusterNetwork } from "../../../../../rehearsal/cluster/node/process/network/cluster-network.ts";
import {
    end,
    hold,
    inside,
    type NetworkHolder,
} from "../../../../../rehearsal/cluster/node/process/network/namespaces.ts";

const [folder = ""] = process.argv.slice(2);
const network = await ClusterNetwork.open({ folder, api: { host: "127.0.0.1", port: 1 }, mark: () => ({}) });
const holders: NetworkHolder[] = [];

async function pod(address: string): Promise<NetworkHolder> {
    const holder = await hold([...inside(network.holder), "unshare", "--net"], process.env);
    holders.push(holder);
    await network.attach(holder, address);
    return holder;
}

function run(command: readonly string[]): string {
    const [program = "", ...args] = [...inside(network.holder), ...command];
    const { stdout, stderr, status } = spawnSync(program, args, { encoding: "utf8" });
    if (status !== 0) {
        throw new Error(`${command.join(" ")}: ${stderr}`);
    }
    return stdout;
}

const gateway = (): string =>
    (JSON.parse(run(["ip", "-json", "link", "show", "cluster"])) as [{ address: string }])[0].address;

try {
    const addresses = ["10.244.0.1", "10.244.0.2", "10.244.0.3"];
    for (const address of addresses) {
        await pod(address);
    }
    const seen = [gateway()];
    for (const { pid } of [...holders]) {
        run(["ip", "link", "delete", `pod${String(pid)}`]);
        seen.push(gateway());
    }
    process.stdout.write(JSON.stringify(seen));
} finally {
    [...holders, network.holder].forEach(end);
}
// Ends the network's proxy, which lives as long as its parent.
process.exit();
