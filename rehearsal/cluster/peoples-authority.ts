import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { type Place } from "../place.ts";

/** The name of the authority that signs for what people call over https here. No machine knows it by itself. */
export const peoplesAuthority = "peoples-ca";

const believed = new Set<string>();

/** The certificate's file, which is there once the place was started. */
export function peoplesAuthorityFile(at: Place): string {
    return join(at.cluster, "certificates", `${peoplesAuthority}.crt`);
}

/** Has this process believe the certificates that an authority signed, besides those that it believes already. */
export function believe(authorityFile: string): void {
    const pem = readFileSync(authorityFile, "utf8");
    if (!believed.has(pem)) {
        believed.add(pem);
        setDefaultCACertificates([...getCACertificates("default"), pem]);
    }
}
