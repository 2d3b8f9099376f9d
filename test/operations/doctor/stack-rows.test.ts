import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PolicyMode } from "../../../components/mesh/policy/objects/server.ts";
import { stackRows } from "../../../operations/doctor/stack-rows.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { connectionTable } from "../../../stacks/connections.ts";
import { exampleStack } from "../../support/policy/example-stack.ts";

const file = join(checkout, "Pulumi.prod.example.yaml");

describe("the rows that an audit is held against", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-stack-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const changed = (from: string | RegExp, to: string | ((found: string) => string)) => {
        const path = join(folder, "Pulumi.changed.yaml");
        const text = readFileSync(file, "utf8");
        const other = typeof to === "string" ? text.replace(from, to) : text.replace(from, to);
        assert.notEqual(other, text);
        writeFileSync(path, other);
        return path;
    };

    /** People of it come by a way of somebody else's. */
    const withoutEntrance = (policy: string) =>
        changed(/policy: enforce.*?(?= *airflow-linkerd:login:)/s, (rest) =>
            rest
                .replace(/policy: enforce.*/, policy)
                .replace(/airflow-linkerd:entrance:.*/s, "airflow-linkerd:entrance: { kind: none }\n\n"),
        );

    it("are those that the stack deploys, without a secret of it", async () => {
        const { table, mode, hasFrontDoor, reach } = stackRows("prod.example", file);
        assert.deepEqual(table, connectionTable(await exampleStack("prod.example")));
        // People come through the entrance.
        assert.deepEqual([mode, hasFrontDoor, reach], [PolicyMode.enforce, true, undefined]);
    });

    it("follow the policy mode and the way in that the file has", () => {
        const path = withoutEntrance(
            "policy: audit\n    frontDoor: { namespace: ingress, serviceAccount: ingress, labels: { app: ingress } }",
        );
        const { mode, hasFrontDoor } = stackRows("prod.example", path);
        assert.deepEqual([mode, hasFrontDoor], [PolicyMode.audit, true]);
        const without = stackRows("prod.example", withoutEntrance("policy: audit"));
        assert.deepEqual([without.mode, without.hasFrontDoor], [PolicyMode.audit, false]);
    });

    it("are refused with every problem of the config", () => {
        assert.throws(
            () => stackRows("prod.example", changed("policy: enforce", "policy: adit")),
            /mesh\.policy is "adit"/,
        );
    });

    it("are refused where a whole section is encrypted, or the file is none of a stack", () => {
        const path = join(folder, "Pulumi.other.yaml");
        writeFileSync(path, "config:\n  airflow-linkerd:mesh: { secure: abc }\n");
        assert.throws(
            () => stackRows("other", path),
            /airflow-linkerd:mesh in .* is encrypted as a whole.*pulumi config set --secret --path\.$/,
        );
        writeFileSync(path, "name: airflow-linkerd\n");
        assert.throws(() => stackRows("other", path), /has no map "config": is it a stack's file/);
        assert.throws(
            () => stackRows("other", join(folder, "none")),
            /^Error: stack other has no file .*--stack, or its file with --config-file$/,
        );
    });
});
