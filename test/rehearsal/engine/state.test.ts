import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Cipher, type Passphrase } from "../../../rehearsal/engine/values/cipher.ts";
import { Secret } from "../../../rehearsal/engine/values/property.ts";
import { type ResourceState, StateFile } from "../../../rehearsal/engine/state/state.ts";

describe("the state file", () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-state-"))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const by: Passphrase = { value: "a", source: "a test" };
    const file = (): string => join(folder, "dev.json");
    const resource: ResourceState = {
        urn: "urn:pulumi:dev::p::fake:index:Thing::a",
        type: "fake:index:Thing",
        custom: true,
        id: "a-1",
        inputs: { plain: [1, null, { x: "y" }], secret: new Secret({ deep: ["b-1"] }) },
        outputs: { room: "urn:room" },
        dependencies: ["urn:b"],
        propertyDependencies: { plain: ["urn:b"] },
    };

    it("gives back what was saved, operations under way included", async () => {
        const state = await StateFile.create(file(), by, undefined);
        await state.save(() => ({ resources: [resource], pending: [{ resource, type: "updating" }] }));
        const read = await StateFile.read(file(), async () => by);
        assert.deepEqual(read?.resources, [resource]);
        assert.deepEqual(read?.pending, [{ resource, type: "updating" }]);
        assert.doesNotMatch(await readFile(file(), "utf8"), /b-1/);
    });

    it("writes once for all that is saved during a write, and leaves nothing beside the file", async () => {
        const state = await StateFile.create(file(), by, undefined);
        let snapshots = 0;
        const snapshot = () => {
            snapshots += 1;
            return { resources: [{ ...resource, id: `a-${snapshots}` }], pending: [] };
        };
        const first = state.save(snapshot);
        await Promise.resolve();
        await Promise.all([first, ...Array.from({ length: 50 }, () => state.save(snapshot))]);
        assert.ok(snapshots <= 2, `${snapshots} writes`);
        assert.equal((await StateFile.read(file(), async () => by))?.resources[0]?.id, `a-${snapshots}`);
        assert.deepEqual(await readdir(folder), ["dev.json"]);
    });

    it("has the magic that Pulumi makes of the manifest's version", async () => {
        const state = await StateFile.create(file(), by, undefined);
        await state.save(() => ({ resources: [], pending: [] }));
        const { deployment } = JSON.parse(await readFile(file(), "utf8")) as {
            deployment: { manifest: { magic: string; version: string } };
        };
        assert.equal(deployment.manifest.version, "airflow-linkerd rehearsal");
        // printf 'airflow-linkerd rehearsal' | sha256sum
        assert.equal(deployment.manifest.magic, "8d91a1d05fd5ef9aa63db95616f5a55707dffba8006238f5636127d05bdc4a7e");
    });

    it("reads what Pulumi has written, and keeps fields that it does not know", async () => {
        const { salt } = await Cipher.create(by);
        const written = { ...resource, inputs: {}, outputs: {}, propertyDependencies: { plain: null }, taint: true };
        const deployment = {
            manifest: { time: "2026-01-01T00:00:00Z", magic: "m", version: "v3.265.0" },
            secrets_providers: { type: "passphrase", state: { salt } },
            resources: [written],
            metadata: {},
        };
        await writeFile(file(), JSON.stringify({ version: 3, deployment }));
        const read = await StateFile.read(file(), async () => by);
        assert.deepEqual(read?.resources[0]?.propertyDependencies, { plain: [] });
        await read?.state.save(() => ({ resources: read.resources, pending: [] }));
        assert.match(await readFile(file(), "utf8"), /"taint": true/);
    });

    it("is refused in another version or under another secrets provider, with the way out", async () => {
        const provider = { type: "service", state: {} };
        for (const text of [
            '{"version": 2}',
            JSON.stringify({ version: 3, deployment: { secrets_providers: provider } }),
        ]) {
            await writeFile(file(), text);
            await assert.rejects(
                StateFile.read(file(), async () => by),
                /dev\.json (is not a version 3 deployment|cannot be read).*restore it from a copy, or move it away/,
            );
        }
    });
});
