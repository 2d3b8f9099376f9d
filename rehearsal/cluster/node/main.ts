import { parseArgs } from "node:util";

import { Kube } from "./kube.ts";
import { log } from "./log.ts";
import { runNodes } from "./nodes.ts";

const { values } = parseArgs({ options: { kubeconfig: { type: "string" }, "processes-at": { type: "string" } } });
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
await runNodes(new Kube(values.kubeconfig), values["processes-at"]);
log("nodes are up");
