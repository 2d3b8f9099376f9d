import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { DagBundleKind } from "../../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../../../components/airflow/dags/git-credentials.ts";
import { value } from "../../../support/mocks.ts";
import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";
import { analytics, dags, refusesStack } from "./team-entry.ts";

describe("the config of teams in a file of their own", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("is the list that the file has", () => {
        project.write(
            "teams.yaml",
            "- name: billing\n  owners: [bill]\n  dags: {kind: local, path: /opt/airflow/dags}\n",
        );
        assert.deepEqual(
            config({ teamsFile: "teams.yaml" }).teams.map(({ team }) => team.name),
            ["billing"],
        );
    });

    it("is refused where there is no such file, no YAML in it, or a list in the stack as well", () => {
        project.write("broken.yaml", "- {");
        project.write("teams.yaml", "[]");
        const wayOut = "Name a YAML file with the list, or write the list in teams.";
        refusesStack({ teamsFile: "nowhere.yaml" }, [
            `teamsFile is "nowhere.yaml": no such file can be read. ${wayOut}`,
        ]);
        refusesStack({ teamsFile: "broken.yaml" }, [`teamsFile is "broken.yaml": it is not YAML. ${wayOut}`]);
        refusesStack({ teamsFile: "teams.yaml", teams: [analytics] }, [
            'teamsFile is "teams.yaml": the stack has a list of its own in teams, and one of the two would do nothing. Keep one.',
        ]);
    });

    it("is not named by teams, which Pulumi lets be nothing but a list", () => {
        project.write("teams.yaml", JSON.stringify([analytics]));
        refusesStack({ teams: "teams.yaml" }, [
            'teams is "teams.yaml": it must be a list. Write it as [{name: analytics, owners: […], dags: {kind: git, …}}], or name a file with it in teamsFile.',
        ]);
    });

    it("is checked as a list in the stack's own file is", () => {
        project.write("teams.yaml", JSON.stringify([analytics, { ...analytics, onwers: [] }]));
        assert.throws(() => config({ teamsFile: "teams.yaml" }), /teams\[1\]\.onwers is no key that exists.*owners/);
    });

    const wayOut = (key: string) =>
        "it is a secret, and nothing in a file of teams is encrypted. Move the team's credentials into the stack's own file, " +
        `as teamCredentials has them, with "pulumi config set --secret --path 'airflow-linkerd:teamCredentials.analytics.${key}'", ` +
        "and consider what stood here known to others.";

    it("holds no secret, and says where it goes, since nothing in it is encrypted", () => {
        for (const token of ["hunter2", { secure: "v1:ciphertext" }]) {
            project.write(
                "teams.yaml",
                JSON.stringify([{ ...analytics, dags: { ...dags, credentials: { kind: "token", token } } }]),
            );
            const shown = typeof token === "string" ? "[secret]" : "a map";
            // Whatever else of the stack is encrypted, the file is not.
            for (const secret of [[], ["teams"]]) {
                refuses(
                    [`airflow-linkerd:teams[0].dags.credentials.token is ${shown}: ${wayOut("token")}`],
                    { teamsFile: "teams.yaml" },
                    { secret },
                );
            }
        }
    });

    it("has its credentials in the stack, by team", async () => {
        project.write("teams.yaml", JSON.stringify([analytics, { ...analytics, name: "billing" }]));
        const teamCredentials = { analytics: { kind: "token", token: "hunter2" } };
        const read = config({ teamsFile: "teams.yaml", teamCredentials }, { secret: ["teamCredentials"] });
        const [first, second] = read.teams.map(({ bundle }) => bundle);
        assert.ok(first?.kind === DagBundleKind.git && first.credentials?.kind === GitCredentialsKind.token);
        const token = pulumi.output(first.credentials.token);
        assert.ok(await pulumi.isSecret(token));
        assert.equal(await value(token), "hunter2");
        assert.ok(second?.kind === DagBundleKind.git && second.credentials === undefined);
        assert.ok(!("teamCredentials" in read) && !("teamsFile" in read));
    });

    it("has a team's credentials refused by the key that has them, or lacks them", () => {
        const ssh = { ...dags, repository: "git@git.example.com:analytics.git" };
        project.write("teams.yaml", JSON.stringify([{ ...analytics, dags: ssh }]));
        const rule = "the repository's address is one of ssh, which";
        assert.throws(
            () => config({ teamsFile: "teams.yaml" }),
            new RegExp(`airflow-linkerd:teamCredentials\\.analytics is missing: ${rule} lets nobody in without a key`),
        );
        const teamCredentials = { analytics: { kind: "token", token: "hunter2" } };
        assert.throws(
            () => config({ teamsFile: "teams.yaml", teamCredentials }, { secret: ["teamCredentials"] }),
            new RegExp(`airflow-linkerd:teamCredentials\\.analytics\\.kind is .*: ${rule} takes a key`),
        );
    });
});

describe("the credentials of teams, beside their entries", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    const token = { kind: "token", token: "hunter2" };

    it("are refused in plain text, and never shown", () => {
        refuses(
            [
                `airflow-linkerd:teamCredentials.analytics.token is [secret]: it is a secret and stands there in plain text. Encrypt it with "pulumi config set --secret --path 'airflow-linkerd:teamCredentials.analytics.token'", and consider it known to others.`,
            ],
            { teams: [analytics], teamCredentials: { analytics: token } },
        );
    });

    it("are refused where nothing would come of them", () => {
        const local = { kind: "local", path: "/opt/airflow/dags" };
        refuses(
            [
                "airflow-linkerd:teamCredentials.analitics is of no team. Did you mean analytics?",
                "airflow-linkerd:teamCredentials.billing is for a folder of the image: nobody asks for credentials there. Remove it.",
                "airflow-linkerd:teamCredentials.shipping stands beside teams[2].dags.credentials: one would do nothing. Remove one of them.",
            ],
            {
                teams: [
                    analytics,
                    { ...analytics, name: "billing", dags: local },
                    { ...analytics, name: "shipping", dags: { ...dags, credentials: token } },
                ],
                teamCredentials: { analitics: token, billing: token, shipping: token },
            },
            { secret: ["teams", "teamCredentials"] },
        );
    });
});
