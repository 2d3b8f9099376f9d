import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { connectionsFile, connectionTables, withTables } from "./connections-page.ts";

const settings = await resolveConfig(connectionsFile);
const page = withTables(await readFile(connectionsFile, "utf8"), await connectionTables());
await writeFile(connectionsFile, await format(page, { ...settings, filepath: connectionsFile }));
console.log("docs/connections.md: the tables and the diagram");
