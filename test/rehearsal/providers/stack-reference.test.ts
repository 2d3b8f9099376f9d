import assert from "node:assert/strict";

import { stackReferences } from "../../../rehearsal/providers/stack-reference.ts";
import { address, operation, temporaryHost } from "./operation.ts";

const host = temporaryHost();
const found = { project: "airflow-linkerd", outputs: { url: "https://airflow", token: "t" }, secretNames: ["token"] };
const provider = stackReferences({ ...host, stackOutputs: async (name) => (name === "dev" ? found : undefined) });
const at = address("pulumi:pulumi:StackReference", "platform");
const read = (name: string) => provider.read(at, name, { name }, undefined, operation());

describe("stack references", () => {
    after(() => host.remove());

    it("reads outputs and says which are secret", async () => {
        const name = "organization/airflow-linkerd/dev";
        assert.deepEqual(await read(name), {
            id: name,
            outputs: { name, outputs: found.outputs, secretOutputNames: ["token"] },
        });
    });

    it("says which stack is not there, though another project has one of the name", async () => {
        const absent = /prod has no state here: bring up prod of airflow-linkerd first/;
        await assert.rejects(read("organization/airflow-linkerd/prod"), absent);
        await assert.rejects(read("organization/catalog/dev"), /dev has no state here: bring up dev of catalog first/);
    });

    it("refuses a name that leaves out the organization and the project", async () => {
        await assert.rejects(read("dev"), /stack "dev" is named in full as organization\/<project>\/<stack>/);
    });

    it("refuses anything else of its package", async () => {
        const other = address("pulumi:pulumi:Stash", "it");
        await assert.rejects(provider.check(other, undefined, {}, false), /pulumi:pulumi:Stash is not supported/);
    });
});
