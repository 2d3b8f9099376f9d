import { parseArgs } from "node:util";

import { Kube } from "./api/kube.ts";
import { log } from "./log.ts";
import { runNodes } from "./nodes.ts";
import { type Publication } from "./process/network/cluster-network.ts";
import { type LoopbackPort } from "./process/network/loopback.ts";

const { values } = parseArgs({
    options: {
        kubeconfig: { type: "string" },
        /** The place's folder, for containers to run as processes. */
        "processes-at": { type: "string" },
        /** `<port of 127.0.0.1>=<full name of a Service>:<port>`. */
        publish: { type: "string", multiple: true, default: [] },
        /** `<port of 127.0.0.1>=<namespace>/<service account>`, whose pods find it at their own 127.0.0.1. */
        loopback: { type: "string", multiple: true, default: [] },
        "kubelet-certificate": { type: "string", default: "" },
        "kubelet-key": { type: "string", default: "" },
        "kubelet-authority": { type: "string", default: "" },
    },
});
if (values.kubeconfig === undefined) {
    console.error("--kubeconfig is missing: name the file that says how to reach the rehearsal's API server");
    process.exit(2);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
        log(`ending on ${signal}`);
        process.exit(0);
    });
}
const root = values["processes-at"];
const kubelet = {
    certificate: values["kubelet-certificate"],
    key: values["kubelet-key"],
    authority: values["kubelet-authority"],
};
const publish = values.publish.map(publication);
const loopback = values.loopback.map(loopbackPort);
await runNodes(new Kube(values.kubeconfig), root === undefined ? undefined : { root, kubelet, publish, loopback });
log("nodes are up");

function publication(text: string): Publication {
    const [, port, host, servicePort] = /^(\d+)=(.+):(\d+)$/.exec(text) ?? [];
    if (port === undefined || host === undefined || servicePort === undefined) {
        throw new Error(`--publish is "${text}": give <port>=<full name of a Service>:<port>`);
    }
    return { port: Number(port), host, servicePort: Number(servicePort) };
}

function loopbackPort(text: string): LoopbackPort {
    const [, port, namespace, account] = /^(\d+)=(.+)\/(.+)$/.exec(text) ?? [];
    if (port === undefined || namespace === undefined || account === undefined) {
        throw new Error(`--loopback is "${text}": give <port>=<namespace>/<service account>`);
    }
    return { port: Number(port), namespace, account };
}
