import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { parseAllDocuments } from "yaml";

import { clusterBinary } from "../../../rehearsal/cluster/binary/binary.ts";
import { checkout } from "../../../rehearsal/place.ts";

/** What a chart renders, as far as the tests look at it. */
export interface Rendered {
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
    };
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Kubernetes objects of any kind
    [field: string]: any;
}

const namespaces: Record<string, string> = {
    "cert-manager": "cert-manager",
    "trust-manager": "cert-manager",
    "linkerd-crds": "linkerd",
    "linkerd-control-plane": "linkerd",
    "linkerd-viz": "linkerd-viz",
    "gateway-helm": "entrance",
    "aws-load-balancer-controller": "load-balancer",
    airflow: "airflow",
};

/** Call inside a describe: its tests find helm built, however long a first build takes. */
export function withHelm(): void {
    before(async function () {
        this.timeout("30m");
        await clusterBinary(console.log);
    });
}

/** The text that helm makes of a chart of ours. `chart` is its folder's name, or an archive's path. */
export async function render(chart: string, values: object, name = chart): Promise<string> {
    const source = chart.includes("/") ? chart : join(checkout, "rehearsal/charts", chart);
    const args = ["helm", "template", name, source, "--namespace", namespaces[name] ?? name, "--values", "-"];
    const running = promisify(execFile)(await clusterBinary(console.log), args, { maxBuffer: 64 * 1024 * 1024 });
    running.child.stdin?.end(JSON.stringify(values));
    return (await running).stdout;
}

export async function objects(chart: string, values: object, name = chart): Promise<Rendered[]> {
    const documents = parseAllDocuments(await render(chart, values, name), { merge: true });
    return documents.map((document) => document.toJS() as Rendered | null).filter((object) => object !== null);
}

/** `Kind name` of each object, sorted. */
export function names(rendered: Rendered[]): string[] {
    return rendered.map((object) => `${object.kind} ${object.metadata.name}`).sort();
}

/** The one object of that kind and name. */
export function only(rendered: Rendered[], kind: string, name: string): Rendered {
    const found = rendered.filter((object) => object.kind === kind && object.metadata.name === name);
    if (found.length !== 1 || !found[0]) {
        throw new Error(`${found.length} objects are ${kind} ${name}, among ${names(rendered).join(", ")}`);
    }
    return found[0];
}
