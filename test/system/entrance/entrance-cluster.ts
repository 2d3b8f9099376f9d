import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KubeConfig, KubernetesObjectApi, type V1Pod } from "@kubernetes/client-node";

import { definitions, envoyGateway, gatewayApi, moduleFiles } from "../../../rehearsal/charts/sources.ts";
import { startControlPlane, stopControlPlane } from "../../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { envoyBinary } from "../../../rehearsal/entrance/envoy.ts";
import { envoyGatewayBinary } from "../../../rehearsal/entrance/envoy-gateway.ts";
import { checkout, place } from "../../../rehearsal/place.ts";
import { type AnyObject, eventually } from "../bare-cluster.ts";
import { envoyGatewayValues } from "../../../components/entrance/controller/envoy-gateway-values.ts";
import { envoyLabels } from "../../../components/entrance/names.ts";
import { PodView } from "../pod-calls.ts";
import { backend } from "./backend.ts";
import { certificateObjects, doorObjects, entrance, host, shop, street } from "./door-objects.ts";
import { Visitor } from "./visitor.ts";

const chart = "gateway-helm";

/** A control plane with nothing but the real Envoy Gateway, the real Envoy, cert-manager, and a server behind them. */
export class EntranceCluster {
    readonly #at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-entrance-")));
    #api: KubernetesObjectApi | undefined;

    async start(progress: (line: string) => void): Promise<void> {
        // Before the pods, whose node would build and install them without anybody seeing it.
        await Promise.all([envoyGatewayBinary(progress), envoyBinary(progress)]);
        await startControlPlane(this.#at, () => undefined, Containers.processes);
        const config = new KubeConfig();
        config.loadFromFile(this.#at.kubeconfig);
        this.#api = KubernetesObjectApi.makeApiClient(config);

        const certManager = definitions["cert-manager"];
        for (const source of [gatewayApi, envoyGateway, ...(certManager ? [certManager] : [])]) {
            for (const text of (await moduleFiles(source)).values()) {
                this.kubectl(["apply", "--server-side", "-f", "-"], text);
            }
        }
        this.kubectl(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);

        await this.create(
            [entrance, shop, street].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
        );
        // Helm waits for the chart's Job, which makes the certificates of the two.
        const values = envoyGatewayValues({ highAvailability: false, namespaces: [entrance, shop] });
        this.#run(
            "helm",
            ["install", chart, join(checkout, "rehearsal/charts", chart), "-n", entrance, "-f", "-"],
            JSON.stringify(values),
        );
        await this.create(certificateObjects());
        this.kubectl(["wait", "-n", entrance, "certificate", "--all", "--for=condition=Ready", "--timeout=180s"]);
        await this.create(doorObjects(this.certificate("door").authority));
        await this.#startPod(shop, "server", backend);
        this.kubectl(["wait", "-n", entrance, `gateway/${entrance}`, "--for=condition=Programmed", "--timeout=180s"]);
    }

    async stop(): Promise<void> {
        await stopControlPlane(this.#at, () => undefined);
        rmSync(this.#at.root, { recursive: true });
    }

    async create(objects: readonly AnyObject[]): Promise<void> {
        for (const object of objects) {
            await this.#api?.create(object);
        }
    }

    /** Fails with what kubectl says. */
    kubectl(args: readonly string[], input = ""): string {
        return this.#run("kubectl", args, input);
    }

    #run(tool: string, args: readonly string[], input: string): string {
        const command = ["--kubeconfig", this.#at.kubeconfig, ...args];
        const { status, stdout, stderr } = spawnSync(join(this.#at.bin, tool), command, { encoding: "utf8", input });
        if (status !== 0) {
            throw new Error(`${tool} ${args.join(" ")}: ${stderr}`);
        }
        return stdout;
    }

    read<T>(...args: string[]): T {
        return JSON.parse(this.kubectl(["get", ...args, "-o", "json"])) as T;
    }

    /** Of the entrance's Service. */
    get address(): string {
        return this.read<{ spec: { clusterIP: string } }>("service", "-n", entrance, entrance).spec.clusterIP;
    }

    /** What cert-manager made, in PEM. */
    certificate(secret: string): { authority: string; certificate: string; key: string } {
        const { data } = this.read<{ data: Record<string, string> }>("secret", "-n", entrance, secret);
        const pem = (name: string) => Buffer.from(data[name] ?? "", "base64").toString();
        return { authority: pem("ca.crt"), certificate: pem("tls.crt"), key: pem("tls.key") };
    }

    /** The pods of Envoy that are not on their way out. */
    doors(): V1Pod[] {
        const selector = Object.entries(envoyLabels)
            .map((pair) => pair.join("="))
            .join(",");
        const { items } = this.read<{ items: V1Pod[] }>("pods", "-n", entrance, "-l", selector);
        return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    }

    /** Somebody in a namespace of their own, who calls the entrance and trusts its authority alone. */
    async visitor(name: string): Promise<Visitor> {
        return new Visitor(await this.caller(name), {
            address: this.address,
            host,
            ca: this.certificate("door").authority,
        });
    }

    async caller(name: string, namespace = street): Promise<PodView> {
        return this.#startPod(namespace, name, "setInterval(() => {}, 1000)");
    }

    async #startPod(namespace: string, name: string, program: string): Promise<PodView> {
        await this.create([
            {
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name, namespace, labels: { app: name } },
                spec: {
                    containers: [
                        { name: "main", image: "postgres:17.6", command: ["/opt/rehearsal/node", "--eval", program] },
                    ],
                },
            },
        ]);
        const ready = await eventually(() => {
            const pod = this.read<V1Pod>("pod", "-n", namespace, name);
            const isReady = pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
            return Promise.resolve(isReady ? pod : undefined);
        });
        return new PodView(this.#at, ready);
    }
}
