import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ModuleProgram } from "../../../rehearsal/go/module-program.ts";

describe("a program in Go", () => {
    let folder: string;
    let before: NodeJS.ProcessEnv;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-module-"));
        before = { ...process.env };
    });

    afterEach(() => {
        process.env = before;
        rmSync(folder, { recursive: true });
    });

    const write = (name: string, text: string): void => {
        writeFileSync(join(folder, name), text);
    };
    const program = (linkerFlags?: string): ModuleProgram =>
        new ModuleProgram({ what: "greeting", folder, name: "greet", linkerFlags });

    it("is another one when a source, a pinned version or the linker's flags change, and only then", () => {
        write("go.mod", "require example.com/library v1.37.2\n");
        write("main.go", "package main\n");
        const first = program().hash;
        write("notes.txt", "not compiled");
        assert.equal(program().hash, first);
        assert.notEqual(program("-X main.name=other").hash, first);
        write("main.go", "package main // changed\n");
        const second = program().hash;
        assert.notEqual(second, first);
        write("go.mod", "require example.com/library v1.37.3\n");
        assert.notEqual(program().hash, second);
    });

    it("says that its modules cannot be had without a network, how to have them, and leaves nothing", async () => {
        process.env.XDG_CACHE_HOME = join(folder, "cache");
        process.env.GOMODCACHE = join(folder, "modules");
        process.env.GOPROXY = "off";
        process.env.GOFLAGS = "-mod=mod";
        write("go.mod", "module example.com/greeting\n\ngo 1.21\n\nrequire example.com/library v1.0.0\n");
        write("main.go", 'package main\n\nimport _ "example.com/library"\n\nfunc main() {}\n');
        await assert.rejects(
            program().built(() => undefined),
            /the Go modules of the greeting cannot be had \(GOPROXY is off\): .*\nCheck the network, or set GOPROXY to a mirror/,
        );
        const [built = ""] = readdirSync(join(folder, "cache", "airflow-linkerd"));
        assert.equal(existsSync(join(folder, "cache", "airflow-linkerd", built, "greet")), false);
    });
});
