import assert from "node:assert/strict";

import { ProjectFolder } from "../project.ts";
import { config } from "../stack-file.ts";
import { analytics, refusesStack } from "./team-entry.ts";

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
            config({ teams: "teams.yaml" }).teams.map(({ team }) => team.name),
            ["billing"],
        );
    });

    it("is refused where there is no such file, or no YAML in it", () => {
        project.write("broken.yaml", "- {");
        const wayOut = "Name a YAML file with the list, or write the list here.";
        refusesStack({ teams: "nowhere.yaml" }, [`teams is "nowhere.yaml": no such file can be read. ${wayOut}`]);
        refusesStack({ teams: "broken.yaml" }, [`teams is "broken.yaml": it is not YAML. ${wayOut}`]);
    });

    it("is checked as a list in the stack's own file is", () => {
        project.write("teams.yaml", JSON.stringify([analytics, { ...analytics, onwers: [] }]));
        assert.throws(() => config({ teams: "teams.yaml" }), /teams\[1\]\.onwers is no key that exists.*owners/);
    });

    it("holds no secret, since nothing in it is encrypted", () => {
        const credentials = { kind: "token", token: "hunter2" };
        const dags = { kind: "git", repository: "https://git.example.com/a.git", ref: "main", credentials };
        project.write("teams.yaml", JSON.stringify([{ ...analytics, dags }]));
        assert.throws(
            () => config({ teams: "teams.yaml" }),
            (error: Error) =>
                /teams\[0\]\.dags\.credentials\.token/.test(error.message) && !/hunter2/.test(error.message),
        );
    });
});
