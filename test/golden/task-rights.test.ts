import assert from "node:assert/strict";

import { plainMap } from "../../rehearsal/engine/values/secrecy.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { only } from "./order.ts";
import { productionVariants } from "./production-variants.ts";
import { recordProduction } from "./production.ts";

describe("what tasks of a stack without teams may do in AWS", function () {
    this.timeout(120_000);

    let graph: Recording;
    before(async () => {
        graph = await recordProduction(
            productionVariants["two groups of nodes that EKS manages, and rights of all tasks to data"]?.changes,
        );
    });

    it("is what the stack says, by the role that they have for their logs", () => {
        const { policy, role } = plainMap(only(graph, "airflow-tasks-buckets-policy").inputs);
        const { Statement: statements } = JSON.parse(String(policy)) as { Statement: { Resource: string[] }[] };
        const reached = new Set(statements.flatMap(({ Resource }) => Resource).map((arn) => arn.split(":").at(-1)));
        assert.ok(reached.has("example-data/sales/*") && reached.has("example-data/reports/*"));
        assert.ok([...reached].every((place) => place?.startsWith("example-data")));
        assert.equal(role, plainMap(only(graph, "airflow-tasks-secrets-policy").inputs).role);
    });

    it("comes with a way out to those buckets, for their pods alone", () => {
        const routes = graph.resources.filter(({ inputs }) =>
            JSON.stringify(plainMap(inputs)).includes("example-data.s3.eu-central-1.amazonaws.com"),
        );
        assert.ok(routes.length > 0);
        assert.ok(routes.every(({ name }) => name.includes("aws-buckets")));
    });
});
