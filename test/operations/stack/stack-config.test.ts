import assert from "node:assert/strict";

import { stackConfig } from "../../../operations/stack/stack-config.ts";
import { ExampleTeamsFile } from "../example-teams.ts";

describe("a stack's config, as operations read it", () => {
    const withSecrets = (change: (sections: Record<string, Record<string, unknown>>) => void) => {
        const at = new ExampleTeamsFile(change);
        try {
            return stackConfig("prod", at.file);
        } finally {
            at.remove();
        }
    };
    const secure = { secure: "AAABAExampleOnly=" };

    it("is read whatever form its secrets must have: a connection, a key, a password", () => {
        const { airflow, teams } = withSecrets((sections) => {
            Object.assign(sections["airflow-linkerd:airflow"] as object, {
                connections: { warehouse: secure },
                variables: { greeting: secure },
            });
            const { clientSecret: _secret, ...login } = sections["airflow-linkerd:login"] ?? {};
            sections["airflow-linkerd:login"] = { ...login, clientKey: secure };
        });
        assert.equal(teams.length, 2);
        assert.deepEqual(Object.keys(airflow.connections), ["warehouse"]);
    });

    it("is refused with what is wrong with it, as a deployment would be", () => {
        assert.throws(
            () =>
                withSecrets((sections) => {
                    Object.assign(sections["airflow-linkerd:mesh"] as object, { policy: "adit" });
                }),
            /mesh\.policy is "adit"/,
        );
    });
});
