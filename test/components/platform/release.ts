import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { configSince, releasedConfigFile } from "../../docs/config-page.ts";
import { breaks, type Contract, currentContract, releasedFile } from "./contract-changes.ts";

// Run with every release: what it promises is what later ones must keep, and its keys of config are since then.
const contract = currentContract();
const problems = breaks(JSON.parse(await readFile(releasedFile, "utf8")) as Contract, contract);
if (problems.length > 0) {
    console.error(
        `the outputs break stacks that use them: ${problems.join("; ")}. Raise outputsVersion, or keep them.`,
    );
    process.exit(1);
}
await write(releasedFile, contract);
await write(releasedConfigFile, Object.fromEntries(configSince()));

async function write(file: string, content: unknown): Promise<void> {
    const settings = { ...(await resolveConfig(file)), filepath: file };
    await writeFile(file, await format(JSON.stringify(content), settings));
}
