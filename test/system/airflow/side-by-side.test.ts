import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";

import { runningProcesses, startControlPlane, stopControlPlane } from "../../../rehearsal/cluster/control-plane.ts";
import { believe, peoplesAuthorityFile } from "../../../rehearsal/cluster/peoples-authority.ts";
import { addressOf, issuerOf, type Ports, readPorts } from "../../../rehearsal/cluster/ports.ts";
import { podProcesses } from "../../../rehearsal/machine/process-records.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { type Place, place } from "../../../rehearsal/place.ts";
import { eventually } from "../bare-cluster.ts";

const silent = (): void => undefined;
const namespace = "airflow";
const name = "airflow-api-server";

/** Answers with the name that it was given, and with what its provider calls itself. */
const server = `
    require("node:tls").setDefaultCACertificates([process.env.AUTHORITY]);
    require("node:http").createServer(async (request, response) => {
        const found = await fetch(process.env.ISSUER + "/.well-known/openid-configuration");
        response.end(JSON.stringify([process.env.CALLED, (await found.json()).issuer]));
    }).listen(8080);
`;

/** A rehearsal whose API server of Airflow is a small stand-in, in a pod of the same name, account and port. */
class Checkout {
    readonly at: Place = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-checkout-")));
    readonly called: string;

    constructor(called: string) {
        this.called = called;
    }

    get ports(): Ports {
        return readPorts(this.at) as Ports;
    }

    get core(): CoreV1Api {
        const config = new KubeConfig();
        config.loadFromFile(this.at.kubeconfig);
        return config.makeApiClient(CoreV1Api);
    }

    async start(): Promise<void> {
        await startControlPlane(this.at, silent, Containers.processes);
        const { core } = this;
        await core.createNamespace({ body: { metadata: { name: namespace } } });
        await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
        const ports = [{ name: "http", port: 8080 }];
        await core.createNamespacedService({
            namespace,
            body: { metadata: { name }, spec: { selector: { app: name }, ports } },
        });
        const container = {
            name: "server",
            image: "postgres:17.6",
            command: ["/opt/rehearsal/node", "--eval", server],
            env: [
                { name: "CALLED", value: this.called },
                { name: "ISSUER", value: issuerOf(this.ports) },
                { name: "AUTHORITY", value: readFileSync(peoplesAuthorityFile(this.at), "utf8") },
            ],
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
        };
        // On the same node of each, whose first address it then gets.
        const spec = { nodeName: "rehearsal-a", serviceAccountName: name, containers: [container] };
        await core.createNamespacedPod({ namespace, body: { metadata: { name, labels: { app: name } }, spec } });
    }

    pod(): Promise<V1Pod> {
        return this.core.readNamespacedPod({ namespace, name });
    }

    /** What people get at the published address. */
    answer(): Promise<unknown> {
        return eventually(async () => {
            try {
                return (await fetch(addressOf(this.ports.airflow))).json();
            } catch {
                return undefined; // The pod is not ready yet.
            }
        });
    }

    expected(): unknown {
        return [this.called, issuerOf(this.ports)];
    }

    async close(): Promise<void> {
        await stopControlPlane(this.at, silent);
        rmSync(this.at.root, { recursive: true });
    }
}

describe("two checkouts side by side, with their containers as processes", function () {
    this.timeout("5m");

    const one = new Checkout("one");
    const other = new Checkout("other");

    before(async () => {
        console.log("      waiting for two control planes, each with a pod");
        await Promise.all([one.start(), other.start()]);
    });

    after(async () => {
        await Promise.all([one.close(), other.close()]);
    });

    it("share no port", () => {
        const all = [...Object.values(one.ports), ...Object.values(other.ports)];
        assert.equal(new Set(all).size, all.length);
    });

    it("answer each with its own Airflow, which finds its own provider", async () => {
        assert.deepEqual(await Promise.all([one.answer(), other.answer()]), [one.expected(), other.expected()]);
    });

    it("may give the same address to a pod of each, because neither sees the other's network", async () => {
        const [here, there] = await Promise.all([one.pod(), other.pod()]);
        assert.match(here.status?.podIP ?? "", /^10\.244\./);
        assert.equal(here.status?.podIP, there.status?.podIP);
    });

    it("end one by one", async () => {
        const discovery = `${issuerOf(other.ports)}/.well-known/openid-configuration`;
        believe(peoplesAuthorityFile(other.at));
        assert.equal((await fetch(discovery)).status, 200);
        await stopControlPlane(other.at, silent);
        assert.deepEqual([...runningProcesses(other.at), ...podProcesses(other.at)], []);
        assert.deepEqual(await one.answer(), one.expected());
        await assert.rejects(fetch(discovery));
    });
});
