import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import { type Problem } from "../../../components/problem.ts";
import { secretForm } from "../../../components/secrecy/secret-forms.ts";

/** Why a file is not the certificate of an authority that may lie open in a ConfigMap. */
export function authorityProblem(file: string): Problem | undefined {
    const wayOut =
        "Put the certificate of the authority that signed the server's there, as PEM; a path starts at the project.";
    const because = (reason: string): Problem => ({ path: [], value: file, rule: `${reason}. ${wayOut}` });
    if (file.includes("\n")) {
        return {
            ...because("one names a file there"),
            value: undefined,
            opening: "holds a text and not the path of one:",
        };
    }
    let pem: string;
    try {
        pem = readFileSync(file, "utf8");
    } catch (error) {
        const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
        return because(missing ? "there is no such file" : "the file cannot be read");
    }
    const secret = secretForm(pem);
    if (secret !== undefined) {
        return {
            path: [],
            value: file,
            rule:
                `the file holds ${secret}, and all of it goes into a ConfigMap. Leave only the authority's certificate in it, ` +
                `and consider the other known to others if it was deployed.`,
        };
    }
    try {
        new X509Certificate(pem);
    } catch {
        return because("the file is no certificate");
    }
    return undefined;
}
