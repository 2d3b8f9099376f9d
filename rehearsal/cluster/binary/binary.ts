import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { ModuleProgram, pinned } from "../../go/module-program.ts";

const MODULE = dirname(fileURLToPath(import.meta.url));

/** The path of the control plane's binary, built unless the cache has it. */
export function clusterBinary(progress: (line: string) => void): Promise<string> {
    const program = new ModuleProgram({
        what: "control plane",
        folder: MODULE,
        name: "rehearsal-cluster",
        linkerFlags: linkerFlags(),
    });
    return program.built(progress);
}

/** Without the version, kubectl and charts that ask for a Kubernetes version would see v0.0.0. */
function linkerFlags(): string {
    const version = pinned(MODULE, /k8s\.io\/kubernetes (v\S+)/);
    const [major, minor] = version.slice(1).split(".");
    const set = (name: string, value = "") => `-X k8s.io/component-base/version.${name}=${value}`;
    return ["-s -w", set("gitVersion", version), set("gitMajor", major), set("gitMinor", minor)].join(" ");
}
