import assert from "node:assert/strict";

import { ProjectFolder } from "../../project.ts";
import { airflow } from "../../stack-file.ts";
import { refusesStack, refusesTeam, refusesTeams, team, analytics } from "./team-entry.ts";

describe("the config of what a team's tasks run as", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("lets a team change one limit and leaves the others", () => {
        assert.deepEqual(team({ quota: { pods: 3 } })?.team.quota, {
            pods: 3,
            cpu: "10",
            memory: "40Gi",
            ephemeralStorage: "40Gi",
        });
    });

    it("refuses amounts that Kubernetes would not understand", () => {
        const memory = 'it must be memory as Kubernetes writes it, in Mi or Gi, such as "512Mi". Correct it.';
        refusesTeam(
            { quota: { pods: 0, cpu: "ten", memory: "40 GB", ephemeralStorage: "40" } },
            "quota.pods is 0: it must be a whole number of pods from 1. Write it without quotes or a unit.",
            'quota.cpu is "ten": it must be processor time as Kubernetes writes it, such as "200m" or "2". Correct it.',
            `quota.memory is "40 GB": ${memory}`,
            `quota.ephemeralStorage is "40": ${memory}`,
        );
    });

    it("refuses a quota in which not one task has room", () => {
        const task = { cpu: "2", memory: "256Mi", memoryLimit: "2Gi" };
        const sections = { airflow: { ...airflow, sizes: { task } } };
        refusesTeams(
            [{ ...analytics, quota: { cpu: "1999m", memory: "2047Mi" } }],
            [
                '[0].quota.cpu is "1999m": one task takes 2, by airflow.sizes.task, so none could run. Raise it, or lower what a task takes.',
                '[0].quota.memory is "2047Mi": one task takes 2Gi, by airflow.sizes.task, so none could run. Raise it, or lower what a task takes.',
            ],
            sections,
        );
        assert.ok(team({ quota: { cpu: "2", memory: "2Gi" } }, sections));
    });

    it("refuses an image of which nobody knows which it is", () => {
        const images = [
            "analytics",
            "registry.example.com:5000/analytics",
            "analytics:",
            "analytics@sha256:abc",
            "a:1,b:1",
        ];
        refusesTeam(
            { images },
            ...images.map(
                (image, index) =>
                    `images[${index}] is "${image}": it must be an image with its tag or digest. Write it as "registry.example.com/analytics:1.2.3".`,
            ),
        );
    });

    it("refuses a placement that would be every node", () => {
        refusesTeam(
            { placements: [{ nodeSelector: {} }] },
            'placements[0].nodeSelector is a map: it must have a label, or it would be every node. Write it as {node-pool: "gpu"}.',
        );
    });

    it("refuses labels that no node can have", () => {
        refusesTeam(
            { placements: [{ nodeSelector: { "node pool": "gpu" } }, { nodeSelector: { gpu: true } }] },
            'placements[0].nodeSelector is a map: it must have names that Kubernetes takes for labels. Write it as {node-pool: "gpu"}.',
            "placements[1].nodeSelector.gpu is true: it must be text. Write it in quotes.",
        );
    });

    it("refuses two placements that an author could not tell apart", () => {
        refusesTeam(
            {
                placements: [
                    { nodeSelector: { pool: "gpu", zone: "a" } },
                    { nodeSelector: { zone: "a", pool: "gpu" } },
                ],
            },
            "placements[1].nodeSelector is a map: placements[0] has the same labels, and a DAG's author chooses by them. Give it others, or make one of the two.",
        );
    });

    it("refuses to tolerate every taint, and tolerations that Kubernetes would refuse", () => {
        const placement = (toleration: object) => ({
            placements: [{ nodeSelector: { pool: "gpu" }, tolerations: [toleration] }],
        });
        refusesTeam(
            placement({ operator: "Exists" }),
            'placements[0].tolerations[0].key is missing: it must be text. Write it as "nvidia.com/gpu".',
        );
        refusesTeam(
            placement({ key: "gpu", operator: "Exists", value: "yes" }),
            'placements[0].tolerations[0].value is "yes": operator Exists tolerates every value. Leave value out, or set operator to Equal.',
        );
        refusesTeam(
            placement({ key: "gpu" }),
            "placements[0].tolerations[0].value is missing: operator Equal, the default, needs the taint's value. Add it, or set operator to Exists.",
        );
    });

    it("refuses a resource that every node has", () => {
        refusesTeam(
            { placements: [{ nodeSelector: { pool: "gpu" }, resources: ["memory"] }] },
            'placements[0].resources[0] is "memory": it must be an extended resource; processor time, memory and disk need no placement. Write it as "nvidia.com/gpu".',
        );
    });

    it("refuses a volume for logs that Airflow and its tasks cannot share", () => {
        const logs = (given: object) => ({ airflow: { ...airflow, logs: { kind: "volume", ...given } } });
        refusesStack(logs({}), [
            `airflow.logs.hostPath is missing: a volume is one namespace's, and tasks run in others than Airflow. Name a folder of the node that they share, as "/var/lib/airflow-task-logs", or leave logs out.`,
        ]);
        assert.ok(team({}, logs({ hostPath: "/var/lib/airflow-task-logs" })));
    });

    it("refuses bundles that are no team's, beside teams", () => {
        const local = { kind: "local", name: "dags-folder", path: "/opt/airflow/dags" };
        refusesStack({ airflow: { ...airflow, dagBundles: [local] }, teams: [analytics] }, [
            "airflow.dagBundles is a list: whose task it is says the bundle that its DAG came from, and no team has these. Give each to a team, as teams[…].dags, and remove the key.",
        ]);
    });

    it("refuses launchPods of a stack without teams, beside teams", () => {
        const launching = { airflow: { ...airflow, launchPods: true } };
        refusesStack({ ...launching, teams: [analytics] }, [
            "airflow.launchPods is true: each team says for itself whether its tasks make pods. Set launchPods of those teams instead.",
        ]);
    });
});
