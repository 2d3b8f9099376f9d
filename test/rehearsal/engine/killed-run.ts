// A run of its own process, for a test to kill: holds the call that it is told to, and says when it has begun.
import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";

import { type EngineOptions, up } from "../../../rehearsal/engine/engine.ts";
import { World } from "./world.ts";

const { hold, ...options } = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as EngineOptions & {
    hold: string;
};
const world = new World();
world.held.set(hold, new Promise(() => undefined));
void world.begun(hold).then(() => process.stdout.write("begun\n"));
await up({ ...options, output: new PassThrough().resume(), providers: { fake: world.factory } });
