import assert from "node:assert/strict";

import { type ExecutorTeam, teamConfigMaps } from "../../../../components/teams/executor/team-entries.ts";
import { executorValues } from "../../../../components/teams/executor/team-executor-values.ts";

/** Of a team that has much: a long name, several owners and images, a repository with credentials. */
function team(index: number): ExecutorTeam {
    const name = `team-with-quite-a-long-name-${String(index).padStart(4, "0")}`;
    return {
        team: {
            name,
            owners: [`${name}@example.com`, `#${name}`],
            images: Array.from(
                { length: 5 },
                (_, image) => `registry.example.com/${name}/image-${String(image)}:1.2.3`,
            ),
            placements: [
                { nodeSelector: { pool: "gpu" }, tolerations: [{ key: "gpu" }], resources: ["nvidia.com/gpu"] },
            ],
        },
        bundles: [name],
        parts: {
            env: Array.from({ length: 10 }, (_, variable) => ({ name: `V${String(variable)}`, value: "x".repeat(80) })),
            volumes: [{ name: "key", secret: { secretName: `dag-bundle-${name}` } }],
            volumeMounts: [{ name: "key", mountPath: `/etc/airflow-dags/${name}`, readOnly: true }],
        },
        isolated: true,
    };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => team(index));

describe("what the executor knows of teams", () => {
    it("fits into ConfigMaps that the API server takes, with a thousand teams of much", () => {
        const maps = teamConfigMaps(many(1000));
        const sizes = Object.values(maps).map((data) => JSON.stringify(data).length);
        assert.ok(Math.max(...sizes) < 0.75 * 1024 ** 2, `${Math.max(...sizes)} bytes`);
        assert.ok(sizes.length > 2, "they would fit without being divided");
        assert.ok(sizes.length < 10, `${sizes.length} ConfigMaps`);
    });

    it("has each team once, and all in one folder", () => {
        const maps = teamConfigMaps(many(1000));
        const files = Object.values(maps).flatMap((data) => Object.keys(data));
        assert.deepEqual(
            files,
            many(1000).map(({ team: { name } }) => `${name}.json`),
        );
        const { scheduler } = executorValues({}, many(1000)) as Record<string, { extraVolumes: object[] }>;
        assert.deepEqual(scheduler?.extraVolumes[1], {
            name: "teams",
            projected: { sources: Object.keys(maps).map((name) => ({ configMap: { name } })) },
        });
    });

    it("has a team's machines, and none of a team that has none", () => {
        const machines = [
            { name: "nightly", issuer: "https://login.example.com", clientId: "ci", subject: "ci", dags: ["report"] },
        ];
        const [first, second] = Object.values(
            teamConfigMaps([{ ...team(1), machines }, team(2)])["airflow-teams-1"] ?? {},
        );
        assert.deepEqual((JSON.parse(first ?? "") as { machines: unknown }).machines, machines);
        assert.ok(!("machines" in (JSON.parse(second ?? "") as object)));
    });

    it("is changed in the last ConfigMap alone by one more team at the end", () => {
        const before = Object.entries(teamConfigMaps(many(999)));
        const after = Object.entries(teamConfigMaps(many(1000)));
        assert.deepEqual(after.slice(0, -1), before.slice(0, -1));
        assert.notDeepEqual(after.at(-1), before.at(-1));
    });

    it("counts what is no ASCII by its bytes", () => {
        const owners = ["ö".repeat(200_000)];
        const [first, second] = many(2).map((each) => ({ ...each, team: { ...each.team, owners } }));
        assert.equal(Object.keys(teamConfigMaps([first as ExecutorTeam, second as ExecutorTeam])).length, 2);
    });

    it("is a ConfigMap in a stack whose tasks have no bundle, so that the folder is there", () => {
        assert.deepEqual(teamConfigMaps([]), { "airflow-teams-1": {} });
    });
});
