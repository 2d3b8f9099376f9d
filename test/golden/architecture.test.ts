import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { plainGoal } from "../../rehearsal/engine/program/registration.ts";
import { architecture, architectureFile, architectureStack, withDiagram } from "./architecture.ts";
import { type Recorded } from "../../rehearsal/recording/recording.ts";
import { recorded } from "../support/recordings.ts";

const stack = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const urn = (noun: string): string => `urn:pulumi:dev::p::airflow-linkerd:index:${noun}::${noun}`;

function component(noun: string, changes: Partial<Recorded> = {}): Recorded {
    const shared = { ...plainGoal, inputs: {}, version: "", type: `airflow-linkerd:index:${noun}`, name: noun };
    return { ...shared, custom: false, urn: urn(noun), parent: stack, ...changes };
}

const child = (of: string, dependencies: string[]): Recorded =>
    component(of, {
        custom: true,
        urn: `${urn(of)}$kubernetes:core/v1:Secret::${of}-it`,
        parent: urn(of),
        dependencies,
    });

describe("the diagram of docs/architecture.md", () => {
    it("is the one of the stack", async function () {
        this.timeout(180_000);
        const page = await readFile(architectureFile, "utf8");
        const drawn = withDiagram(page, architecture(await recorded(architectureStack, { preview: false })));
        assert.equal(page, drawn, "the stack's parts changed: npm run golden, and commit docs/architecture.md");
    });

    it("draws an arrow from what is waited for, and none that follows from two others", () => {
        const resources = [
            component("CertManager"),
            child("CertManager", []),
            component("MeshTrust"),
            child("MeshTrust", [`${urn("CertManager")}$kubernetes:core/v1:Secret::CertManager-it`]),
            component("Linkerd", { dependencies: [urn("MeshTrust"), urn("CertManager")] }),
        ];
        assert.equal(
            architecture({ resources, outputs: {} }),
            [
                "flowchart LR",
                "    subgraph mesh",
                '        CertManager["<b>CertManager</b>"]',
                '        MeshTrust["<b>MeshTrust</b>"]',
                '        Linkerd["<b>Linkerd</b>"]',
                "    end",
                "    CertManager --> MeshTrust",
                "    MeshTrust --> Linkerd",
            ].join("\n"),
        );
    });

    it("draws one from what the provider of something waits for", () => {
        const provider = "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster";
        const made = `${urn("Cluster")}$aws:eks/cluster:Cluster::Cluster-it`;
        const resources = [
            component("Cluster"),
            component("Cluster", { custom: true, urn: made, parent: urn("Cluster") }),
            component("cluster", { custom: true, urn: provider, dependencies: [made] }),
            component("CertManager"),
            { ...child("CertManager", []), provider: `${provider}::an-id` },
        ];
        assert.match(architecture({ resources, outputs: {} }), /^ {4}Cluster --> CertManager$/m);
    });

    it("names what a component is made of, once", () => {
        const inside = (name: string): Recorded =>
            component("Database", {
                urn: `urn:pulumi:dev::p::airflow-linkerd:index:Airflow$airflow-linkerd:index:Database::${name}`,
                parent: urn("Airflow"),
            });
        const drawn = architecture({ resources: [component("Airflow"), inside("a"), inside("b")], outputs: {} });
        assert.match(drawn, /Airflow\["<b>Airflow<\/b><br\/>Database"\]/);
    });

    it("draws no component that has no room", () => {
        assert.throws(
            () => architecture({ resources: [component("Elsewhere")], outputs: {} }),
            /no elsewhere\.ts in any room/,
        );
    });
});
