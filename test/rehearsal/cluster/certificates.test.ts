import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { createServer, get } from "node:https";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Authority, type KeyPairFiles } from "../../../rehearsal/cluster/certificates.ts";

describe("the control plane's certificates", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-certificates-"));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const server = { commonName: "server", hosts: ["127.0.0.1", "kubernetes.default.svc"] };
    const client = { commonName: "someone", organizations: ["some:group"] };
    const read = ({ certificateFile }: KeyPairFiles) => new X509Certificate(readFileSync(certificateFile));

    it("name a client and its groups as Kubernetes reads them", async () => {
        const authority = await Authority.open(folder, "ca");
        const certificate = read(await authority.issue("client", client));
        assert.equal(certificate.subject, "O=some:group\nCN=someone");
        assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
        assert.equal(certificate.ca, false);
    });

    it("let a server and a client of one authority trust each other, and nobody else", async () => {
        const authority = await Authority.open(folder, "ca");
        const other = await Authority.open(folder, "other-ca");
        const own = await authority.issue("client", client);
        const foreign = await other.issue("foreign", client);
        const served = await authority.issue("server", server);
        const ca = readFileSync(authority.certificateFile);
        const pair = (files: KeyPairFiles) => ({
            cert: readFileSync(files.certificateFile),
            key: readFileSync(files.keyFile),
        });
        const listening = createServer({ ...pair(served), ca, requestCert: true }, (_, answer) => answer.end("ok"));
        await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
        try {
            const { port } = listening.address() as AddressInfo;
            const call = (files: KeyPairFiles, trusted: Buffer) =>
                new Promise<number | undefined>((resolve, reject) => {
                    get({ host: "127.0.0.1", port, ca: trusted, ...pair(files), agent: false }, (answer) => {
                        answer.resume();
                        resolve(answer.statusCode);
                    }).once("error", reject);
                });
            assert.equal(await call(own, ca), 200);
            await assert.rejects(call(foreign, ca));
            await assert.rejects(call(own, readFileSync(other.certificateFile)), /unable to verify|self-signed/);
        } finally {
            listening.close();
        }
    });

    it("are private", async () => {
        await (await Authority.open(folder, "ca")).issue("client", client);
        for (const file of readdirSync(folder)) {
            assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
        }
    });

    it("stay as they are while they are good", async () => {
        const first = read(await (await Authority.open(folder, "ca")).issue("server", server));
        const second = read(await (await Authority.open(folder, "ca")).issue("server", server));
        assert.equal(second.fingerprint256, first.fingerprint256);
    });

    it("are made again when they no longer say what they should", async () => {
        const authority = await Authority.open(folder, "ca");
        const before = read(await authority.issue("server", server));
        const after = read(await authority.issue("server", { ...server, hosts: [...server.hosts, "localhost"] }));
        assert.notEqual(after.fingerprint256, before.fingerprint256);
        assert.match(after.subjectAltName ?? "", /DNS:localhost/);
        const renamed = read(await authority.issue("client", client));
        assert.notEqual(
            read(await authority.issue("client", { ...client, organizations: [] })).fingerprint256,
            renamed.fingerprint256,
        );
    });

    it("are made again when a file is torn", async () => {
        const authority = await Authority.open(folder, "ca");
        const files = await authority.issue("server", server);
        const before = read(files);
        truncateSync(files.keyFile, 20);
        const after = read(await authority.issue("server", server));
        assert.notEqual(after.fingerprint256, before.fingerprint256);
        truncateSync(files.certificateFile, 40);
        assert.notEqual(read(await authority.issue("server", server)).fingerprint256, after.fingerprint256);
    });

    it("are made again under a new authority", async () => {
        const authority = await Authority.open(folder, "ca");
        const before = read(await authority.issue("client", client));
        truncateSync(authority.certificateFile, 0);
        const renewed = await Authority.open(folder, "ca");
        const after = read(await renewed.issue("client", client));
        assert.notEqual(after.fingerprint256, before.fingerprint256);
        assert.equal(after.verify(new X509Certificate(readFileSync(renewed.certificateFile)).publicKey), true);
    });

    it("are made again before they expire", async () => {
        const authority = await Authority.open(folder, "ca");
        const before = read(await authority.issue("client", client));
        const inElevenMonths = Date.now() + 340 * 24 * 60 * 60 * 1000;
        const now = Date.now;
        Date.now = () => inElevenMonths;
        try {
            const after = read(await authority.issue("client", client));
            assert.notEqual(after.fingerprint256, before.fingerprint256);
            assert.ok(after.validToDate > before.validToDate);
        } finally {
            Date.now = now;
        }
    });
});
