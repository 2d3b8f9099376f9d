import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Ports } from "../../../rehearsal/cluster/ports.ts";
import { identityProvider } from "../../../rehearsal/cluster/programs.ts";
import { fingerprint } from "../../../rehearsal/cluster/started-process.ts";

const ports: Ports = { api: 1, etcd: 2, etcdPeer: 3, airflow: 20080, identityProvider: 20090 };

describe("the identity provider as a program of the rehearsal", () => {
    let folder: string;
    let main: string;
    const program = (secret = "s3cret", given = ports) =>
        identityProvider({ node: [], identityProvider: [main] }, given, certificate(), secret);
    const certificate = () => ({ certificateFile: join(folder, "a.crt"), keyFile: join(folder, "a.key") });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-provider-"));
        main = join(folder, "main.ts");
        writeFileSync(main, "// one\n");
        Object.values(certificate()).forEach((file) => writeFileSync(file, "of this year\n"));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("knows where it listens and where Airflow is", () => {
        const { certificateFile, keyFile } = certificate();
        const own = ["--port=20090", `--certificate=${certificateFile}`, `--key=${keyFile}`];
        assert.deepEqual(program().args, [main, ...own, "--airflow=http://127.0.0.1:20080"]);
    });

    it("is given the client's secret where other users of the machine cannot read it", () => {
        assert.deepEqual(program().environment, { CLIENT_SECRET: "s3cret" });
        assert.doesNotMatch(program().args.join(" "), /s3cret/);
    });

    it("is started again when its certificate, a source, an address or the secret changes, and only then", () => {
        const before = fingerprint(program());
        assert.equal(fingerprint(program()), before);
        assert.notEqual(fingerprint(program("other")), before);
        assert.notEqual(fingerprint(program("s3cret", { ...ports, airflow: 20081 })), before);
        writeFileSync(certificate().certificateFile, "of next year\n");
        const renewed = fingerprint(program());
        assert.notEqual(renewed, before);
        writeFileSync(main, "// two\n");
        assert.notEqual(fingerprint(program()), renewed);
    });
});
