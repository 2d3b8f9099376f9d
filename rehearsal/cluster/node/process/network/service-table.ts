import { type V1EndpointSlice, type V1Service } from "@kubernetes/client-node";

export interface Target {
    readonly address: string;
    readonly port: number;
}

/** Where connections to an address of a Service go. */
export interface Route {
    /** `<cluster IP>:<port>`. */
    readonly from: string;
    readonly to: readonly Target[];
}

/** All that the network inside has to know: plain data, sent whole at each change. */
export interface ServiceTable {
    readonly routes: readonly Route[];
    /** Addresses by full name. */
    readonly names: Readonly<Record<string, readonly string[]>>;
}

const DOMAIN = "svc.cluster.local";

/** What a cluster's proxy and name server make of Services and their ready endpoints. */
export function serviceTable(services: readonly V1Service[], slices: readonly V1EndpointSlice[]): ServiceTable {
    const routes: Route[] = [];
    const names: Record<string, string[]> = {};
    for (const { metadata, spec } of services) {
        const host = `${metadata?.name}.${metadata?.namespace}.${DOMAIN}`;
        const own = slices.filter(
            (slice) =>
                slice.metadata?.namespace === metadata?.namespace &&
                slice.metadata?.labels?.["kubernetes.io/service-name"] === metadata?.name,
        );
        const clusterIP = spec?.clusterIP ?? "None";
        if (clusterIP === "None" || clusterIP === "") {
            Object.assign(names, headlessNames(host, own, spec?.publishNotReadyAddresses ?? false));
            continue;
        }
        names[host] = [clusterIP];
        for (const { port, name, protocol } of spec?.ports ?? []) {
            if ((protocol ?? "TCP") === "TCP") {
                routes.push({ from: `${clusterIP}:${String(port)}`, to: own.flatMap((slice) => targets(slice, name)) });
            }
        }
    }
    return { routes, names };
}

/** The pods behind a port of a Service, by its full name. */
export function targetsOf({ routes, names }: ServiceTable, host: string, port: number): readonly Target[] {
    const [address = ""] = names[host] ?? [];
    return routes.find(({ from }) => from === `${address}:${String(port)}`)?.to ?? [];
}

function headlessNames(host: string, slices: readonly V1EndpointSlice[], unready: boolean): Record<string, string[]> {
    const names: Record<string, string[]> = { [host]: [] };
    for (const endpoint of slices.flatMap((slice) => slice.endpoints ?? [])) {
        if (unready || endpoint.conditions?.ready !== false) {
            names[host]?.push(...endpoint.addresses);
            if (endpoint.hostname !== undefined) {
                names[`${endpoint.hostname}.${host}`] = endpoint.addresses;
            }
        }
    }
    return names;
}

function targets(slice: V1EndpointSlice, portName: string | undefined): Target[] {
    const port = slice.ports?.find((candidate) => (candidate.name ?? "") === (portName ?? ""))?.port;
    return (slice.endpoints ?? [])
        .filter((endpoint) => endpoint.conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses)
        .flatMap((address) => (port === undefined ? [] : [{ address, port }]));
}
