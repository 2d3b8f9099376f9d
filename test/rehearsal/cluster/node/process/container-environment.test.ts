import assert from "node:assert/strict";

import { type V1EnvVar, type V1Container } from "@kubernetes/client-node";

import { containerEnvironment, expanded } from "../../../../../rehearsal/cluster/node/process/container-environment.ts";
import { whereabouts } from "./whereabouts.ts";

const at = whereabouts({}, { settings: { COLOR: "blue", SIZE: "1" } }, { login: { password: "geheim" } });

function environment(env: V1EnvVar[], further: Partial<V1Container> = {}) {
    return containerEnvironment({ name: "main", env, ...further }, at);
}

describe("the environment of a container", () => {
    it("takes whole objects, with the prefix", () => {
        const envFrom = [{ configMapRef: { name: "settings" } }, { prefix: "DB_", secretRef: { name: "login" } }];
        assert.deepEqual(environment([], { envFrom }), { COLOR: "blue", SIZE: "1", DB_password: "geheim" });
    });

    it("lets a variable of its own win over one that a whole object brings", () => {
        const envFrom = [{ configMapRef: { name: "settings" } }];
        assert.equal(environment([{ name: "COLOR", value: "red" }], { envFrom }).COLOR, "red");
    });

    it("takes single keys, and leaves out an optional one that is not there", () => {
        const result = environment([
            { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "login", key: "password" } } },
            { name: "NONE", valueFrom: { configMapKeyRef: { name: "nowhere", key: "x", optional: true } } },
        ]);
        assert.deepEqual(result, { PASSWORD: "geheim" });
    });

    it("takes fields of the pod", () => {
        const field = (name: string, fieldPath: string): V1EnvVar => ({ name, valueFrom: { fieldRef: { fieldPath } } });
        const fields = {
            A: "metadata.name",
            B: "metadata.labels['app']",
            C: "status.podIP",
            D: "spec.serviceAccountName",
        };
        const result = environment(Object.entries(fields).map(([name, path]) => field(name, path)));
        assert.deepEqual(result, { A: "web-0", B: "web", C: "10.244.0.5", D: "web" });
    });

    it("refuses a field that a pod cannot be given", () => {
        const env = [{ name: "X", valueFrom: { fieldRef: { fieldPath: "spec.containers" } } }];
        assert.throws(() => environment(env), /fieldPath is "spec.containers"/);
    });

    it("takes the container's resources in units of the divisor, rounded up", () => {
        const resource = (name: string, of: string, divisor?: string): V1EnvVar => ({
            name,
            valueFrom: { resourceFieldRef: { resource: of, divisor } },
        });
        const env = [
            resource("BYTES", "limits.memory"),
            resource("MEBIBYTES", "limits.memory", "1Mi"),
            resource("CPUS", "requests.cpu"),
            resource("MILLIS", "requests.cpu", "1m"),
            resource("NONE", "requests.memory"),
        ];
        const resources = { limits: { memory: "1Gi" }, requests: { cpu: "300m" } };
        assert.deepEqual(environment(env, { resources }), {
            BYTES: "1073741824",
            MEBIBYTES: "1024",
            CPUS: "1",
            MILLIS: "300",
            NONE: "0",
        });
    });

    it("expands the names of variables that come earlier, and of no others", () => {
        const env = [
            { name: "HOST", value: "db" },
            { name: "URL", value: "postgres://$(HOST)/$(LATER)" },
            { name: "LATER", value: "x" },
        ];
        assert.equal(environment(env).URL, "postgres://db/$(LATER)");
    });

    it("lets two dollars stand for one", () => {
        assert.equal(expanded("$$(HOST) $(HOST) $HOST", { HOST: "db" }), "$(HOST) db $HOST");
    });
});
