import assert from "node:assert/strict";

import { provide } from "../../rehearsal/debian-packages.ts";

/** A machine on which apt-get brings what it is asked for, unless it is a stub. */
function machine(here: readonly string[], { may = true, stubs = [] as string[] } = {}) {
    const present = new Set(here);
    const commands: string[] = [];
    const needs = ["chromium", "bubblewrap"].map((name) => ({
        tool: `the tool ${name}`,
        packages: [name],
        isHere: () => present.has(name),
    }));
    const installer = {
        may,
        run: (command: string, args: readonly string[]) => {
            commands.push([command, ...args].join(" "));
            args.filter((name) => !stubs.includes(name)).forEach((name) => present.add(name));
        },
    };
    return { commands, ready: () => provide("the tests with real Airflow", needs, () => undefined, installer) };
}

describe("packages that a purpose needs", () => {
    it("are installed where they are missing, and no other", async () => {
        const { commands, ready } = machine(["bubblewrap"]);
        await ready();
        assert.deepEqual(commands, ["apt-get update", "apt-get install -y --no-install-recommends chromium"]);
    });

    it("are left alone where they are here, with nobody asked", async () => {
        const { commands, ready } = machine(["chromium", "bubblewrap"], { may: false });
        await ready();
        assert.deepEqual(commands, []);
    });

    it("are named in one command to who may not install them", async () => {
        const { commands, ready } = machine([], { may: false });
        await assert.rejects(ready(), {
            message:
                "the tests with real Airflow need the tool chromium, the tool bubblewrap. Install it; on Debian and " +
                "Ubuntu: sudo apt-get install -y --no-install-recommends chromium bubblewrap",
        });
        assert.deepEqual(commands, []);
    });

    it("are not taken to be here because a package of that name is", async () => {
        const { ready } = machine(["bubblewrap"], { stubs: ["chromium"] });
        await assert.rejects(ready(), /^Error: the tool chromium is missing after "apt-get install .*chromium"/);
    });
});
