import assert from "node:assert/strict";

import { type AirflowSizes, defaultSizes, replicas, sizeValues } from "../../../components/airflow/airflow-sizes.ts";

type Values = Record<string, Record<string, unknown>>;

function values(changed: Partial<AirflowSizes> = {}, highAvailability = false): Values {
    return sizeValues({ ...defaultSizes, ...changed }, highAvailability) as Values;
}

describe("the sizes of Airflow's parts", () => {
    it("are those of the stack, with memory limited to what is asked for unless it says otherwise", () => {
        const { scheduler, triggerer } = values({
            scheduler: { cpu: "1", memory: "3Gi", memoryLimit: "4Gi", replicas: 3 },
            triggerer: { cpu: "300m", memory: "512Mi" },
        });
        assert.equal(scheduler?.replicas, 3);
        assert.deepEqual(scheduler?.resources, { requests: { cpu: "1", memory: "3Gi" }, limits: { memory: "4Gi" } });
        assert.deepEqual(triggerer?.resources, {
            requests: { cpu: "300m", memory: "512Mi" },
            limits: { memory: "512Mi" },
        });
    });

    it("limit no part's processor time", () => {
        for (const [part, { resources }] of Object.entries(values())) {
            assert.deepEqual(Object.keys((resources as { limits: object }).limits), ["memory"], part);
        }
    });

    it("make two of each when highly available, and as many as a stack asks for", () => {
        assert.equal(replicas({ cpu: "1", memory: "1Gi" }, true), 2);
        assert.equal(replicas({ cpu: "1", memory: "1Gi" }, false), 1);
        assert.equal(replicas({ cpu: "1", memory: "1Gi", replicas: 5 }, true), 5);
    });

    it("keep two of a part out of one zone and off one node, by labels that its pods have", () => {
        const labels = {
            scheduler: "scheduler",
            apiServer: "api-server",
            dagProcessor: "dag-processor",
            triggerer: "triggerer",
            pgbouncer: "pgbouncer",
        };
        for (const [part, component] of Object.entries(labels)) {
            const labelSelector = { matchLabels: { component, release: "airflow" } };
            const spread = { maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway", labelSelector };
            assert.deepEqual(
                values({}, true)[part]?.topologySpreadConstraints,
                [
                    { ...spread, topologyKey: "topology.kubernetes.io/zone" },
                    { ...spread, topologyKey: "kubernetes.io/hostname" },
                ],
                part,
            );
            assert.equal(values()[part]?.topologySpreadConstraints, undefined, part);
        }
    });
});
