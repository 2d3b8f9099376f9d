import assert from "node:assert/strict";

import { unknownAddresses } from "../../../components/mesh/connections/sources.ts";
import { networkPolicies } from "../../../components/mesh/policy/objects/network-policy.ts";
import { connectionTable } from "../../../stacks/connections.ts";
import { type ConfiguredTeam } from "../../../stacks/config/teams/team.ts";
import { teamConnections } from "../../../stacks/teams/team-connections.ts";
import { exampleStack } from "../../support/policy/example-stack.ts";

function team(name: string, more: Partial<ConfiguredTeam> = {}): ConfiguredTeam {
    return {
        team: { name, owners: [`#${name}`] },
        groups: {},
        machines: [],
        kubectlRoles: [],
        bundle: { kind: "local", name, path: `/opt/airflow/dags/${name}`, refreshSeconds: 300 },
        egress: [],
        calls: [],
        ...more,
    };
}

const catalog = { namespace: "catalog", labels: { app: "catalog" }, port: 8181, reason: "tables have names there" };
const table = (...teams: ConfiguredTeam[]) =>
    teamConnections(
        teams.map(({ bundle, ...rest }) => ({ ...rest, bundles: [bundle], isolated: true })),
        unknownAddresses,
    );

describe("whom the tasks of a team may call besides", () => {
    it("is nobody unless the team's entry says so, from a namespace of its own", () => {
        assert.deepEqual(table(team("analytics")), {
            namespaces: ["team-analytics"],
            connections: [],
            egress: [],
        });
    });

    it("is a service in the cluster, by the way out of this team alone, and never by a policy of the service's", () => {
        const rows = table(team("analytics", { calls: [catalog] }), team("billing"));
        const policies = networkPolicies(rows, unknownAddresses.cluster).filter(
            ({ metadata }) => metadata.name !== "default-deny",
        );
        assert.deepEqual(
            policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
            ["team-analytics/from.worker", "team-analytics/from.dag-processor", "team-analytics/from.triggerer"],
        );
        assert.deepEqual(policies[0]?.spec.egress, [
            {
                to: [
                    {
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "catalog" } },
                        podSelector: { matchLabels: { app: "catalog" } },
                    },
                ],
                ports: [
                    { protocol: "TCP", port: 8181 },
                    { protocol: "TCP", port: 4143 },
                ],
            },
        ]);
        assert.equal(rows.connections[0]?.reason, "Asked for by team analytics: tables have names there");
    });

    it("has a name of its own beside what the stack opens to all tasks, whatever the team is called", async () => {
        const stack = await exampleStack("dev", (sections) => {
            sections.mesh = { calls: [catalog] };
        });
        const calls = [catalog, { ...catalog, port: 8182 }];
        for (const name of ["asked", "team", "dev"]) {
            const { connections } = connectionTable({ ...stack, teams: [team(name, { calls })] });
            const names = connections.filter(({ reason }) => reason.startsWith("Asked for by")).map((row) => row.name);
            assert.equal(names.length, stack.mesh.calls.length + calls.length);
            assert.equal(new Set(names).size, names.length, names.join());
        }
    });

    it("is a host outside, from its own namespace", () => {
        const hosts = { hosts: ["api.example.com"], port: 443, reason: "the warehouse" };
        const { egress } = table(team("analytics", { egress: [hosts] }), team("billing"));
        assert.deepEqual(
            egress.map(({ from, to }) => [from.map(({ namespace }) => namespace), to.kind === "hosts" && to.hosts]),
            [[["team-analytics", "team-analytics", "team-analytics"], ["api.example.com"]]],
        );
    });

    it("is the Kubernetes API where its tasks make pods, and there alone", () => {
        const launching = { name: "ml", owners: ["#ml"], launchPods: true };
        const { egress } = table(team("ml", { team: launching }), team("billing"));
        assert.deepEqual(
            egress.map(({ name, from }) => [name, from.map(({ namespace }) => namespace)]),
            [["kubernetes", ["team-ml"]]],
        );
    });
});
