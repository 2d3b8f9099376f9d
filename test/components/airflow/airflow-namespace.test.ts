import assert from "node:assert/strict";

import { AirflowNamespace } from "../../../components/airflow/airflow-namespace.ts";
import { underMocks, value } from "../../support/mocks.ts";

const namespace = () =>
    underMocks(
        ["kubernetes:core/v1:Namespace"],
        () =>
            new AirflowNamespace("airflow", {
                inboundPolicy: { "config.linkerd.io/default-inbound-policy": "deny" },
            }),
    );

describe("AirflowNamespace", () => {
    it("takes no connection that nothing allows, from its first pod on", async () => {
        const { made, registered } = await namespace();
        assert.deepEqual(registered.input("airflow-namespace", "metadata"), {
            name: "airflow",
            annotations: {
                "linkerd.io/inject": "enabled",
                "config.linkerd.io/default-inbound-policy": "deny",
            },
        });
        assert.equal(await value(made.namespace), "airflow");
    });

    it("is still the one that Airflow itself once had, and not made anew", async () => {
        const { registered } = await namespace();
        const parents = registered
            .get("airflow-namespace")
            .aliases.map((alias) => alias.getUrn() || alias.getSpec()?.getParenturn());
        assert.deepEqual(parents, ["urn:pulumi:dev::airflow-linkerd::airflow-linkerd:index:Airflow::airflow"]);
    });
});
