import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { currentContract } from "../components/platform/contract-changes.ts";
import { attacksFile, attackTables, withAttacks } from "./attacks-page.ts";
import { configFile, configTables, withConfig } from "./config-page.ts";
import { connectionsFile, connectionTables, withTables } from "./connections-page.ts";
import { outputsFile, outputsTable, withOutputs } from "./outputs-page.ts";
import { planFile, planTable, withPlan } from "./plan-page.ts";
import { stackSchema, stackSchemaFile } from "./stack-schema.ts";

await write(stackSchemaFile, JSON.stringify(stackSchema()));
console.log("Pulumi.schema.json: what editors check a stack's file with");
await write(configFile, withConfig(await readFile(configFile, "utf8"), configTables()));
console.log("docs/config.md: the tables");
await write(connectionsFile, withTables(await readFile(connectionsFile, "utf8"), await connectionTables()));
console.log("docs/connections.md: the tables and the diagram");
await write(attacksFile, withAttacks(await readFile(attacksFile, "utf8"), attackTables()));
console.log("docs/attacks.md: the tables");
await write(outputsFile, withOutputs(await readFile(outputsFile, "utf8"), outputsTable(currentContract())));
console.log("docs/outputs.md: the table");
await write(planFile, withPlan(await readFile(planFile, "utf8"), planTable()));
console.log("docs/plan.md: the table of rules");

async function write(file: string, page: string): Promise<void> {
    await writeFile(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
}
