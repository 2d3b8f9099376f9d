import assert from "node:assert/strict";

import { componentLookup, taskLookup } from "../../../../components/airflow/secrets-backend/secrets-backend.ts";

const backend = { className: "vault.Backend", kwargs: '{"prefix":"a"}' };

describe("a lookup backend", () => {
    it("is found by components and by tasks each where they look", () => {
        assert.deepEqual(componentLookup(backend), [
            { name: "AIRFLOW__SECRETS__BACKEND", value: "vault.Backend" },
            { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", value: '{"prefix":"a"}' },
        ]);
        assert.deepEqual(taskLookup(backend), [
            { name: "AIRFLOW__WORKERS__SECRETS_BACKEND", value: "vault.Backend" },
            { name: "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS", value: '{"prefix":"a"}' },
        ]);
    });

    it("is not mentioned where there is none", () => {
        assert.deepEqual(componentLookup(undefined), []);
        assert.deepEqual(taskLookup(undefined), []);
    });
});
