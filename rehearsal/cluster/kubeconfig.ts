import { readFileSync } from "node:fs";

import writeFileAtomic from "write-file-atomic";
import { stringify } from "yaml";

import { type KeyPairFiles } from "./certificates.ts";

/** Writes a kubeconfig that holds all it needs in itself, mode 0600. */
export function writeKubeconfig(file: string, server: string, authorityFile: string, client: KeyPairFiles): void {
    const base64 = (path: string) => readFileSync(path).toString("base64");
    const name = "rehearsal";
    const text = stringify(
        {
            apiVersion: "v1",
            kind: "Config",
            "current-context": name,
            contexts: [{ name, context: { cluster: name, user: name } }],
            clusters: [{ name, cluster: { server, "certificate-authority-data": base64(authorityFile) } }],
            users: [
                {
                    name,
                    user: {
                        "client-certificate-data": base64(client.certificateFile),
                        "client-key-data": base64(client.keyFile),
                    },
                },
            ],
        },
        { lineWidth: 0 },
    );
    writeFileAtomic.sync(file, text, { mode: 0o600 });
}
