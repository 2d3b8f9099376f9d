import assert from "node:assert/strict";

import { type Acceptance, disagreements } from "./accepted.ts";
import { type Finding } from "./checkov.ts";

const logs = "urn:pulumi:prod::airflow-linkerd::airflow-linkerd:index:TaskLogs";

function finding(name: string, check: string, parent = `${logs}::logs`): Finding {
    const urn = `${parent.split("::").slice(0, 3).join("::")}$aws:s3/bucket:Bucket::${name}`;
    const resource = { urn, parent, type: "aws:s3/bucket:Bucket", custom: true, inputs: {} };
    return { resource, check, wants: "Ensure that all is well" };
}

function acceptance(changes: Partial<Acceptance> = {}): Acceptance {
    return {
        file: "components/airflow/logs/task-logs.ts",
        suffix: "bucket",
        check: "CKV_AWS_18",
        reason: "because it is",
        ...changes,
    };
}

describe("accepted findings", () => {
    it("stand beside the resource, in the file of the component that makes it", () => {
        assert.deepEqual(disagreements([finding("logs-bucket", "CKV_AWS_18")], [acceptance()]), []);
    });

    it("say for what is open where it could be accepted", () => {
        assert.deepEqual(disagreements([finding("logs-bucket", "CKV_AWS_18")], []), [
            "logs-bucket (aws:s3/bucket:Bucket) fails CKV_AWS_18: Ensure that all is well. Fix it, or accept CKV_AWS_18 of " +
                '"bucket" in components/…/task-logs.ts with the reason.',
        ]);
    });

    it("hold for one check, one resource and one component", () => {
        const found = [finding("logs-bucket", "CKV_AWS_18")];
        for (const other of [
            acceptance({ check: "CKV_AWS_21" }),
            acceptance({ suffix: "archive" }),
            acceptance({ file: "components/airflow/database/database.ts" }),
            acceptance({ file: "examples/bootstrap/task-logs.ts" }),
        ]) {
            assert.equal(disagreements(found, [other]).length, 2, JSON.stringify(other));
        }
    });

    it("may not outlive what they accept", () => {
        assert.deepEqual(disagreements([], [acceptance()]), [
            'components/airflow/logs/task-logs.ts accepts CKV_AWS_18 of "bucket", which nothing fails. Remove it.',
        ]);
    });

    it("need a reason in words", () => {
        const [said] = disagreements([finding("logs-bucket", "CKV_AWS_18")], [acceptance({ reason: "TODO" })]);
        assert.match(String(said), /without a reason\. Say why\./);
    });

    it("hold for all resources of a kind, where their names go on", () => {
        const found = [finding("logs-bucket-a", "CKV_AWS_18"), finding("logs-bucket-b", "CKV_AWS_18")];
        assert.deepEqual(disagreements(found, [acceptance({ suffix: "bucket-*" })]), []);
    });

    it("are looked for in an example's own folder, for its own components", () => {
        const parent =
            "urn:pulumi:account::airflow-linkerd-bootstrap::airflow-linkerd-bootstrap:index:StateStore::state";
        const found = [finding("state-bucket", "CKV_AWS_18", parent)];
        assert.deepEqual(disagreements(found, [acceptance({ file: "examples/bootstrap/state/state-store.ts" })]), []);
        assert.equal(disagreements(found, [acceptance({ file: "components/cluster/state-store.ts" })]).length, 2);
    });

    it("cannot be said of what no component makes", () => {
        const [said] = disagreements(
            [finding("alone", "CKV_AWS_18", "urn:pulumi:prod::x::pulumi:pulumi:Stack::x-prod")],
            [],
        );
        assert.match(String(said), /Fix it\.$/);
    });
});
