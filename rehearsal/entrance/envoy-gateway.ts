import { join } from "node:path";

import { ModuleProgram, pinned } from "../go/module-program.ts";

const MODULE = join(import.meta.dirname, "gateway");
const LIBRARY = "github.com/envoyproxy/gateway";

/** The release that is built. */
export const envoyGatewayVersion = pinned(MODULE, /github\.com\/envoyproxy\/gateway v(\S+)/);

/**
 * The path of Envoy Gateway's program, built unless the cache has it. It is a binary of its own, so that only a rehearsal
 * with an entrance waits for its build.
 */
export function envoyGatewayBinary(progress: (line: string) => void): Promise<string> {
    const program = new ModuleProgram({
        what: "entrance's gateway",
        folder: MODULE,
        name: "envoy-gateway",
        linkerFlags: `-s -w -X ${LIBRARY}/internal/cmd/version.envoyGatewayVersion=v${envoyGatewayVersion}`,
    });
    return program.built(progress);
}
