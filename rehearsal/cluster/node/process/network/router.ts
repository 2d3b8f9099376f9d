import { readFileSync } from "node:fs";
import { join } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { isAlive } from "../../../../machine/process-identity.ts";
import { configure, end, hold, type NetworkHolder, run } from "./namespaces.ts";
import { PacketTable, type PacketTableOptions } from "./packet-table.ts";
import { type PodRules } from "./policy/pod-rules.ts";
import { CLOSED, packetRules } from "./policy/packet-rules.ts";
import { serviceRules } from "./service-rules.ts";
import { type Route } from "./service-table.ts";

const POD_RANGE = "10.244.0.0/16";
const SERVICE_RANGE = "10.96.0.0/16";
/** The address of the node's own side, by which pods reach everything, the API server among it. */
export const GATEWAY = "10.244.255.254";
/** Where a machine of a cloud tells whoever asks about itself, and gives out its own rights. */
export const MACHINE_METADATA = "169.254.169.254";

/** How addresses and routes are laid out. A network of an older layout is of no use. */
const LAYOUT = 3;

interface RouterRecord {
    readonly layout?: number;
    readonly holder: NetworkHolder;
}

/**
 * The network between pods: a network namespace of the place's own that every pod hangs on by a cable, and that routes
 * between them. So every packet of a pod passes here, where Services become pods and network policies decide.
 */
export class Router {
    readonly holder: NetworkHolder;
    readonly #services: PacketTable;
    readonly #policies: PacketTable;

    private constructor(holder: NetworkHolder, services: PacketTable, policies: PacketTable) {
        this.holder = holder;
        this.#services = services;
        this.#policies = policies;
    }

    /** Finds the router that an earlier node made, or makes one. `folder` is where its record is. */
    static async open(folder: string, environment: NodeJS.ProcessEnv): Promise<Router> {
        const record = join(folder, "holder.json");
        const found = recorded(record);
        const holder = found ?? (await hold(["unshare", "--user", "--map-root-user", "--net"], environment));
        const services: PacketTableOptions = { holder, name: "services", closed: serviceRules([]) };
        const policies: PacketTableOptions = { holder, name: "policies", closed: CLOSED };
        if (found !== undefined) {
            return new Router(holder, PacketTable.find(services), PacketTable.find(policies));
        }
        // The policies first: at no moment may packets pass that nobody has judged.
        const tables = [await PacketTable.make(policies), await PacketTable.make(services)] as const;
        await configure(holder, [
            "link set lo up",
            `addr add ${GATEWAY}/32 dev lo`,
            `addr add ${MACHINE_METADATA}/32 dev lo`,
            `route add local ${SERVICE_RANGE} dev lo`,
            // To a pod that does not run, at once, where packets would otherwise vanish.
            `route add unreachable ${POD_RANGE}`,
        ]);
        await run(holder, ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
        writeFileAtomic.sync(record, JSON.stringify({ layout: LAYOUT, holder } satisfies RouterRecord), {
            mode: 0o600,
        });
        return new Router(holder, tables[1], tables[0]);
    }

    /** Why the network is closed, when it is. */
    get problem(): string | undefined {
        return this.#policies.problem;
    }

    /** Resolves when connections to Services go as these routes say. */
    route(routes: readonly Route[]): Promise<void> {
        return this.#services.put(serviceRules(routes));
    }

    /** Resolves when the network does as these rules say. A pod that is not among them reaches nothing. */
    govern(pods: readonly PodRules[]): Promise<void> {
        return this.#policies.put(packetRules(pods, POD_RANGE));
    }

    /** Hangs a pod's network on this one. */
    async attach(pod: NetworkHolder, address: string): Promise<void> {
        // Not named after the address: the network of the pod that had it before may take a moment to go.
        const name = `pod${String(pod.pid)}`;
        await configure(this.holder, [
            `link add ${name} type veth peer name eth0 netns ${String(pod.pid)}`,
            `link set ${name} up`,
            `route replace ${address}/32 dev ${name} src ${GATEWAY}`,
        ]);
        await configure(pod, [
            "link set lo up",
            `addr add ${address}/32 dev eth0`,
            "link set eth0 up",
            `route add ${GATEWAY} dev eth0 scope link`,
            `route add default via ${GATEWAY}`,
        ]);
    }
}

function recorded(file: string): NetworkHolder | undefined {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
    const { layout, holder } = JSON.parse(text) as Partial<RouterRecord>;
    if (holder === undefined || !isAlive(holder)) {
        return undefined;
    }
    if (layout !== LAYOUT) {
        end(holder);
        return undefined;
    }
    return holder;
}
