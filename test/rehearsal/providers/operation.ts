import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Deletion, type ProviderHost, type ResourceAddress } from "../../../rehearsal/engine/plugins/provider.ts";

/** An operation as the engine would give it, that keeps what the provider says. */
export interface RecordedOperation extends Deletion {
    readonly said: string[];
    readonly warned: string[];
}

export function operation(overrides: Partial<Deletion> = {}): RecordedOperation {
    const said: string[] = [];
    const warned: string[] = [];
    return {
        preview: false,
        timeoutSeconds: undefined,
        resumed: false,
        signal: new AbortController().signal,
        progress: (message) => said.push(message),
        warn: (message) => warned.push(message),
        releaseDependencies: () => said.push("what it depended on may go"),
        said,
        warned,
        ...overrides,
    };
}

export function address(type: string, name: string): ResourceAddress {
    return { urn: `urn:pulumi:dev::airflow-linkerd::${type}::${name}`, type, name };
}

/** A host with a folder of its own, to be removed with `remove`. */
export function temporaryHost(binFolder = "/nonexistent"): ProviderHost & { remove(): void } {
    const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-provider-"));
    return {
        projectFolder: folder,
        scratchFolder: mkdtempSync(join(folder, "scratch-")),
        binFolder,
        stackOutputs: async () => undefined,
        remove: () => rmSync(folder, { recursive: true, force: true }),
    };
}
