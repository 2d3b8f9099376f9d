import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { breaks, type Contract, currentContract, releasedFile } from "./contract-changes.ts";

// Run with every release: what it promises is what later ones must keep.
const contract = currentContract();
const problems = breaks(JSON.parse(await readFile(releasedFile, "utf8")) as Contract, contract);
if (problems.length > 0) {
    console.error(
        `the outputs break stacks that use them: ${problems.join("; ")}. Raise outputsVersion, or keep them.`,
    );
    process.exit(1);
}
const settings = { ...(await resolveConfig(releasedFile)), filepath: releasedFile };
await writeFile(releasedFile, await format(JSON.stringify(contract), settings));
