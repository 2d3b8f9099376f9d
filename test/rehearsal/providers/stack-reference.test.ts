import assert from "node:assert/strict";

import { stackReferences } from "../../../rehearsal/providers/stack-reference.ts";
import { address, operation, temporaryHost } from "./operation.ts";

const host = temporaryHost();
const found = { outputs: { url: "https://airflow", token: "t" }, secretNames: ["token"] };
const provider = stackReferences({ ...host, stackOutputs: async (name) => (name === "dev" ? found : undefined) });
const at = address("pulumi:pulumi:StackReference", "platform");
const read = (name: string) => provider.read(at, name, { name }, undefined, operation());

describe("stack references", () => {
    after(() => host.remove());

    it("reads outputs and says which are secret, by full and by bare name", async () => {
        for (const name of ["organization/airflow-linkerd/dev", "dev"]) {
            assert.deepEqual(await read(name), {
                id: name,
                outputs: { name, outputs: found.outputs, secretOutputNames: ["token"] },
            });
        }
    });

    it("says which stack is not there", async () => {
        await assert.rejects(read("organization/airflow-linkerd/prod"), /prod has no state here: bring up prod first/);
    });

    it("refuses anything else of its package", async () => {
        const other = address("pulumi:pulumi:Stash", "it");
        await assert.rejects(provider.check(other, undefined, {}, false), /pulumi:pulumi:Stash is not supported/);
    });
});
