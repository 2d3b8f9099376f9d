import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { goProblem, moduleHash } from "../../../../rehearsal/cluster/binary/binary.ts";

describe("the control plane's binary", () => {
    it("takes a Go that is new enough", () => {
        for (const version of ["go1.26.0", "go1.26.8", "go1.27", "go2.0.1", "go1.26.0-X:nodwarf5"]) {
            assert.equal(goProblem(version, "1.26.0", ""), undefined, version);
        }
    });

    it("says which Go to install when it is too old", () => {
        assert.match(
            goProblem("go1.25.9", "1.26.0", "") ?? "",
            /needs Go 1\.26\.0, .* is go1\.25\.9: install Go 1\.26\.0/,
        );
        assert.match(goProblem("go1.26.0", "1.26.1", "") ?? "", /needs Go 1\.26\.1/);
    });

    it("says what to install when there is no Go, and what was tried", () => {
        const problem = goProblem(undefined, "1.26.0", "spawn go ENOENT");
        assert.match(problem ?? "", /no usable Go is on the PATH \(spawn go ENOENT\): install Go 1\.26\.0 or newer/);
    });

    it("is another one when a source or a pinned version changes, and only then", () => {
        const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-module-"));
        try {
            const write = (name: string, text: string) => {
                writeFileSync(join(folder, name), text);
                return moduleHash(folder);
            };
            writeFileSync(join(folder, "go.mod"), "require k8s.io/kubernetes v1.37.2\n");
            const first = write("main.go", "package main\n");
            assert.equal(write("notes.txt", "not compiled"), first);
            const second = write("main.go", "package main // changed\n");
            assert.notEqual(second, first);
            assert.notEqual(write("go.mod", "require k8s.io/kubernetes v1.37.3\n"), second);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
