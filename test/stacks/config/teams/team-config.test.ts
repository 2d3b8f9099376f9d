import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { value } from "../../../support/mocks.ts";
import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";
import { eks } from "../cluster/eks-section.ts";
import { analytics, dags, refusesStack, refusesTeam, refusesTeams, team } from "./team-entry.ts";

describe("the config of teams", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("may be left out", () => {
        assert.deepEqual(config({}).teams, []);
    });

    it("has defaults for all but a name, whom to ask and where the DAGs are", () => {
        assert.deepEqual(config({ teams: [analytics] }).teams, [
            {
                team: {
                    name: "analytics",
                    owners: ["#analytics"],
                    quota: { pods: 20, cpu: "10", memory: "40Gi", ephemeralStorage: "40Gi" },
                    images: [],
                    placements: [],
                    launchPods: false,
                },
                groups: {},
                machines: [],
                kubectlRoles: [],
                bundle: { ...dags, name: "analytics", refreshSeconds: 300 },
                egress: [],
                calls: [],
                aws: undefined,
                isolation: undefined,
            },
        ]);
    });

    it("has its DAG files read apart from others', unless it says with a reason that they are not", () => {
        const isolation = { parse: "shared", reason: "one department writes them all" };
        assert.deepEqual(team({ isolation })?.isolation, isolation);
        refusesTeam(
            { isolation: { ...isolation, reason: " " } },
            'isolation.reason is " ": whoever writes this team\'s DAGs can then change what the database says of every ' +
                "team's: it must say in a sentence why that is accepted. Write one, or remove isolation.",
        );
        refusesTeam(
            { isolation: { ...isolation, parse: "none" } },
            'isolation.parse is "none": it must be shared. Correct it.',
        );
    });

    it("takes no values for a DAG processor of the chart's where there is none", () => {
        const database = { kind: "in-cluster", storageGb: 1 };
        const airflow = { database, chartValues: { dagProcessor: { replicas: 2 } } };
        refusesStack({ airflow, teams: [analytics] }, [
            "airflow.chartValues.dagProcessor is a map: each team has its own, which the chart does not make. Set " +
                "airflow.sizes.dagProcessor or airflow.config instead, or isolation of the teams that share one.",
        ]);
        const isolation = { parse: "shared", reason: "one department writes them all" };
        assert.ok(team({ isolation }, { airflow }));
    });

    it("takes all that a team may have", () => {
        const given = {
            groups: { viewer: ["analysts"], author: ["analytics-authors"], operator: ["analytics-leads"] },
            egress: [{ hosts: ["api.example.com"], port: 8443, reason: "the warehouse" }],
            calls: [
                {
                    namespace: "catalog",
                    service: "catalog",
                    labels: { app: "catalog" },
                    port: 8080,
                    reason: "the catalog of tables",
                },
                { namespace: "models", serviceAccount: "server", labels: { app: "server" }, port: 9000 },
            ],
            quota: { pods: 5, cpu: "2500m", memory: "8Gi", ephemeralStorage: "512Mi" },
            images: ["registry.example.com:5000/analytics/dags:1.2.3", `analytics@sha256:${"a".repeat(64)}`],
            placements: [
                {
                    nodeSelector: { "node-pool": "gpu" },
                    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
                    resources: ["nvidia.com/gpu"],
                },
            ],
            launchPods: true,
        };
        const configured = team(given);
        assert.ok(configured);
        const { groups, egress, calls, ...rest } = given;
        assert.deepEqual(configured.team, { name: "analytics", owners: ["#analytics"], ...rest });
        assert.deepEqual(
            { groups: configured.groups, egress: configured.egress, calls: configured.calls },
            { groups, egress, calls },
        );
    });

    it("makes a team's repository a bundle of the team's name, with its credentials secret", async () => {
        const credentials = { kind: "token", user: "x-access-token", token: "hunter2" };
        const teams = [{ ...analytics, dags: { ...dags, credentials } }];
        const [configured] = config({ teams }, { secret: ["teams"] }).teams;
        assert.ok(configured?.bundle.kind === "git" && configured.bundle.credentials?.kind === "token");
        assert.equal(configured.bundle.name, "analytics");
        const token = pulumi.output(configured.bundle.credentials.token);
        assert.ok(await pulumi.isSecret(token));
        assert.equal(await value(token), "hunter2");
    });

    it("takes a folder of the image, with which a stack for development begins", () => {
        assert.deepEqual(team({ dags: { kind: "local", path: "/opt/airflow/dags/analytics" } })?.bundle, {
            kind: "local",
            name: "analytics",
            path: "/opt/airflow/dags/analytics",
            refreshSeconds: 300,
        });
    });

    it("lets one group belong to two teams", () => {
        const groups = { viewer: ["analysts"] };
        assert.doesNotThrow(() => {
            team(
                {},
                {
                    teams: [
                        { ...analytics, groups },
                        { ...analytics, name: "sales", groups },
                    ],
                },
            );
        });
    });

    describe("refuses", () => {
        it("two teams with one name", () => {
            refusesTeams(
                [analytics, { ...analytics, name: "sales" }, analytics],
                ['[2].name is "analytics": teams[0] has this name already. Rename one of them.'],
            );
        });

        for (const name of ["Analytics", "analytics_eu", "analytics.eu", "-analytics", "analytics-", "1st", "a b"]) {
            it(`the name ${name}, which is no DNS label`, () => {
                refusesTeam(
                    { name },
                    `name is ${JSON.stringify(name)}: it must be a DNS label: lower-case letters, digits and "-", beginning with a letter. Correct it.`,
                );
            });
        }

        it("a name with which a role would be longer than Airflow takes", () => {
            const name = "a".repeat(41);
            refusesTeam(
                { name },
                `name is "${name}": it has 41 characters, and a team's name may have 40, so that those of its roles fit into Airflow's 64. Shorten it.`,
            );
            assert.equal(team({ name: "a".repeat(40) })?.team.name.length, 40);
        });

        it("a name that stands for something else", () => {
            const reserved = {
                airflow: "Airflow itself",
                all: "everybody",
                default: "what has no team",
                "kube-system": "Kubernetes itself",
                linkerd: "the mesh",
                platform: "the platform, whose connections and variables begin with it",
            };
            Object.entries(reserved).forEach(([name, what]) => {
                refusesTeam({ name }, `name is "${name}": it stands for ${what}. Choose another name.`);
            });
            assert.equal(team({ name: "constructor" })?.team.name, "constructor");
        });

        it("a team that nobody answers for", () => {
            refusesTeam(
                { owners: [] },
                'owners is an empty list: it must name whom to ask: refusals tell people. Write it as ["#analytics"].',
            );
            refusesTeam(
                { owners: ["#analytics\nroot"] },
                'owners[0] is "#analytics\\nroot": it must be one line of at most 200 characters. Write it as "#analytics".',
            );
        });

        it("a team without DAGs, and DAGs from nowhere", () => {
            refusesTeams(
                [{ name: "analytics", owners: ["#analytics"] }],
                ["[0].dags is missing: it must be a map. Write it as {kind: git, repository: …, ref: main}."],
            );
            refusesTeam(
                { dags: { ...dags, kind: "s3" } },
                'dags.kind is "s3": it must be git, or local for a folder of the image. Correct it.',
            );
        });

        it("a folder of the image outside development, where it would be every team's", () => {
            refusesStack(
                {
                    cluster: eks,
                    airflow: { database: { kind: "rds" } },
                    teams: [{ ...analytics, dags: { kind: "local", path: "/opt/airflow/dags" } }],
                },
                [
                    'teams[0].dags.kind is "local": a folder of the image is in every team\'s pods, so it is only for stacks named "dev" or "dev-…", and this one is "production". Set it to git, with a repository of the team\'s.',
                ],
                "production",
            );
        });

        it("credentials that do not go with the repository's address", () => {
            refuses(
                [
                    "airflow-linkerd:teams[0].dags.credentials.kind is [secret]: the repository's address is https://…, which takes a token. Set it to token, or use the ssh address.",
                ],
                {
                    teams: [
                        {
                            ...analytics,
                            dags: {
                                ...dags,
                                credentials: {
                                    kind: "ssh-key",
                                    privateKey: "hunter2",
                                    knownHosts: "git.example.com …",
                                },
                            },
                        },
                    ],
                },
                { secret: ["teams"] },
            );
        });

        it("a secret in plain text, without showing it", () => {
            refusesTeam(
                { dags: { ...dags, credentials: { kind: "token", token: "hunter2" } } },
                "dags.credentials.token is [secret]: it is a secret and stands there in plain text. Encrypt it with \"pulumi config set --secret --path 'airflow-linkerd:teams[0].dags.credentials.token'\", and consider it known to others.",
            );
        });

        it("a password in the repository's address, without showing it", () => {
            refusesTeam(
                { dags: { ...dags, repository: "https://me:hunter2@git.example.com/dags.git" } },
                "dags.repository is [secret]: an address stands in Airflow's config and in its logs, and this one has a password in it. Put that into credentials.",
            );
        });

        it("a group with two levels in a team, and names both places", () => {
            refusesTeam(
                { groups: { viewer: ["analysts"], operator: ["leads", "analysts"] } },
                'groups.operator[1] is "analysts": it is in groups.viewer already, and a group has one level in a team. Remove it here or there.',
            );
        });

        it("a level that there is not", () => {
            refusesTeam(
                { groups: { Admin: ["analysts"] } },
                "groups.Admin is no key that exists; there are viewer, author, operator. Remove it.",
            );
        });

        it("a key that does not exist, with the one that was meant", () => {
            refusesTeam(
                { image: ["analytics:1"] },
                "image is no key that exists; there are name, owners, groups, machines, kubectlRoles, dags, aws, egress, calls, quota, images, placements, launchPods, isolation. Did you mean images? Else remove it.",
            );
        });

        it("launchPods that is neither true nor false", () => {
            refusesTeam(
                { launchPods: "yes" },
                'launchPods is "yes": it must be true or false. Write it without quotes.',
            );
        });
    });
});
