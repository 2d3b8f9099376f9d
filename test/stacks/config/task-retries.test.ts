import assert from "node:assert/strict";

import { eks } from "./cluster/eks-section.ts";
import { airflow, config } from "../stack-file.ts";

const existing = { kind: "existing", aws: { accountId: "123456789012", region: "eu-central-1", name: "shared" } };

const retries = (more: object, sections: object = { cluster: eks }): unknown =>
    config({ ...sections, airflow: { ...airflow, ...more } }).airflow.config.core?.default_task_retries;

describe("retries of tasks whose author says nothing", () => {
    it("are two on spot nodes, and Airflow's own where nothing is known of the nodes", () => {
        assert.equal(retries({}), 2);
        assert.equal(retries({}, { cluster: existing }), undefined);
    });

    it("are none of ours where no pool of Karpenter's is of spot nodes", () => {
        const nodes = (capacity: string) => ({
            cluster: { ...eks, nodes: { kind: "karpenter", tasks: [{ name: "general", capacity }] } },
        });
        assert.equal(retries({}, nodes("on-demand")), undefined);
        assert.equal(retries({}, nodes("both")), 2);
    });

    it("are the stack's where it says a number, none too, by either key", () => {
        assert.equal(retries({ config: { core: { default_task_retries: 0 } } }), 0);
        assert.equal(retries({ chartValues: { config: { core: { default_task_retries: "5" } } } }), undefined);
    });

    it("come beside the stack's other options", () => {
        const { core, email } = config({
            cluster: eks,
            airflow: { ...airflow, config: { core: { max_map_length: 7 }, email: { from_email: "a@example.com" } } },
        }).airflow.config;
        assert.deepEqual(core, { max_map_length: 7, default_task_retries: 2 });
        assert.deepEqual(email, { from_email: "a@example.com" });
    });
});
