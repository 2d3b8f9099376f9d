import assert from "node:assert/strict";

import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";
import { analytics, refusesTeam, team } from "./team-entry.ts";

describe("the config of a team's groups beside the login", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("takes groups that have no role of Airflow's", () => {
        const groups = { author: ["analytics-authors"] };
        assert.deepEqual(team({ groups })?.groups, groups);
    });

    it("refuses groups where nobody can log in", () => {
        refuses(
            [
                "airflow-linkerd:teams[0].groups is a map: groups come with people who log in, and this stack has no login. Set login, or remove groups.",
            ],
            { teams: [{ ...analytics, groups: { author: ["analytics-authors"] } }] },
        );
        assert.equal(config({ teams: [analytics] }).teams.length, 1);
    });

    it("refuses a group of administrators", () => {
        refusesTeam(
            { groups: { viewer: ["analysts", "platform-admins"] } },
            'groups.viewer[1] is "platform-admins": it is in login.adminGroups too, which is a role for the DAGs of all teams. Remove it there, or give the team a group of its own.',
        );
    });

    it("refuses a group with any other role of Airflow's, which knows no teams", () => {
        refusesTeam(
            { groups: { viewer: ["staff"], operator: ["data-operations"] } },
            'groups.viewer[0] is "staff": it is in login.roles.Viewer too, which is a role for the DAGs of all teams. Remove it there, or give the team a group of its own.',
            'groups.operator[0] is "data-operations": it is in login.roles.Op too, which is a role for the DAGs of all teams. Remove it there, or give the team a group of its own.',
        );
    });

    it("shows no value of a team when something in teams is a secret", () => {
        refuses(
            [
                "airflow-linkerd:teams[0].groups.viewer[0] is [secret]: it is in login.adminGroups too, which is a role for the DAGs of all teams. Remove it there, or give the team a group of its own.",
            ],
            {
                login: {
                    issuer: "https://login.example.com",
                    clientId: "airflow",
                    clientSecret: "hunter2",
                    adminGroups: ["platform-admins"],
                    contact: "the platform team",
                },
                teams: [{ ...analytics, groups: { viewer: ["platform-admins"] } }],
            },
            { secret: ["login", "teams"] },
        );
    });
});
