import assert from "node:assert/strict";

import { type PropertyMap } from "../../rehearsal/engine/values/property.ts";
import { type Recorded, type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead, recorded } from "../support/recordings.ts";
import { only } from "./order.ts";

const prometheus = {
    namespace: "monitoring",
    service: "prometheus-server",
    port: 9091,
    serviceAccount: "prometheus-server",
    labels: { app: "prometheus" },
};

describe("the graph of a stack in a cluster whose Prometheus reads the mesh's metrics", function () {
    this.timeout(180_000);
    const recording = ahead(() => recorded("dev", { preview: false, config: { existing: { prometheus } } }));
    let deployed: Recording;
    let usual: Recording;

    before(async () => {
        [deployed, usual] = await Promise.all([recording(), recorded("dev", { preview: false })]);
    });

    const policies = ({ resources }: Recording): Recorded[] =>
        resources.filter(({ type }) => /policy\.linkerd\.io|:NetworkPolicy$/.test(type));
    const namedIn = (recorded: Recording, words: string) =>
        policies(recorded).filter(({ inputs }) => JSON.stringify(inputs).includes(words));

    it("asks that one in place of one of its own, and says so where Linkerd's command looks", () => {
        const url = "http://prometheus-server.monitoring.svc.cluster.local:9091";
        const values = only(deployed, "linkerd-viz-release").inputs.values as PropertyMap;
        assert.equal(values.prometheusUrl, url);
        assert.equal((values.prometheus as PropertyMap).enabled, false);
        const { annotations } = only(deployed, "mesh-namespaces-viz").inputs.metadata as { annotations: PropertyMap };
        assert.equal(annotations["viz.linkerd.io/external-prometheus"], url);
    });

    it("lets its identity read metrics wherever the own one's could, and no other", () => {
        const theirs = JSON.stringify({ kind: "ServiceAccount", name: "prometheus-server", namespace: "monitoring" });
        const own = JSON.stringify({ kind: "ServiceAccount", name: "prometheus", namespace: "linkerd-viz" });
        assert.ok(namedIn(usual, own).length > 5);
        assert.deepEqual(namedIn(deployed, own), []);
        assert.equal(namedIn(deployed, theirs).length, namedIn(usual, own).length);
    });

    it("makes no policy in its namespace, and lets the metrics' API out to it by its port", () => {
        const home = (each: Recorded) => (each.inputs.metadata as PropertyMap).namespace;
        assert.deepEqual(
            policies(deployed).filter((each) => home(each) === "monitoring"),
            [],
        );
        const ways = deployed.resources
            .filter(({ type }) => type.endsWith(":NetworkPolicy"))
            .filter(({ inputs }) => JSON.stringify((inputs.spec as PropertyMap).egress ?? []).includes('"monitoring"'));
        assert.equal(ways.length, 1);
        const text = JSON.stringify(ways[0]?.inputs);
        assert.match(text, /metrics-api/);
        assert.match(text, /"port":9091/);
        assert.match(text, /"app":"prometheus"/);
    });
});
