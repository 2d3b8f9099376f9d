import assert from "node:assert/strict";

import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";
import { eks } from "../cluster/eks-section.ts";
import { analytics, refusesStack, refusesTeam, refusesTeams, team } from "./team-entry.ts";

const sections = { cluster: eks, airflow: { database: { kind: "rds" } } };
const orders = "arn:aws:glue:eu-central-1:123456789012:table/sales/orders";
const statement = { sid: "ReadCatalog", actions: ["glue:GetTable"], resources: [orders] };

/** A team's role in a stack for development in AWS. */
const aws = (given: object) => team({ aws: given }, sections)?.aws;

const refusesAws = (given: object, ...problems: string[]) => {
    refusesTeams(
        [{ ...analytics, aws: given }],
        problems.map((text) => `[0].aws.${text}`),
        sections,
    );
};

describe("the config of what a team may do in AWS", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("has a role that may do nothing, where nothing is said", () => {
        assert.deepEqual(aws({}), { read: [], write: [], statements: [], policyArns: [] });
        assert.equal(team({}, sections)?.aws, undefined);
    });

    it("takes folders of buckets, a folder of secrets, statements and policies of the account's", () => {
        const given = {
            read: ["example-data", "example-data/sales/2026"],
            write: ["example-data/reports"],
            secretsPath: "airflow-prod/teams/analytics",
            statements: [statement, { sid: "NoDeletes", effect: "Deny", actions: ["s3:Delete*"], resources: ["*"] }],
            policyArns: ["arn:aws:iam::123456789012:policy/read-catalog"],
        };
        assert.deepEqual(aws(given), given);
    });

    it("may be said for all tasks of a stack without teams, by the same rules, and beside none", () => {
        const given = { read: ["example-data/sales"], statements: [statement] };
        const airflow = (more: object) => ({ cluster: eks, airflow: { database: { kind: "rds" }, aws: more } });
        assert.deepEqual(config(airflow(given)).airflow.aws, { ...given, write: [], policyArns: [] });
        refuses(
            [
                'airflow-linkerd:airflow.aws.statements[0].actions[0] is "glue:*": name the actions that it needs. To allow more than that give allowWildcard with a reason.',
            ],
            airflow({ statements: [{ ...statement, actions: ["glue:*"] }] }),
        );
        refuses(
            [
                "airflow-linkerd:airflow.aws is a map: that is in AWS, and cluster names no account there. Name it in cluster.aws, or choose something else.",
            ],
            { airflow: { database: { kind: "in-cluster" }, aws: given } },
        );
        refuses(
            [
                "airflow-linkerd:airflow.aws is a map: each team has a role of its own, and no task of a team has this one. Set aws of those teams instead.",
            ],
            { ...airflow(given), teams: [analytics] },
        );
        const logs = { kind: "s3", bucketName: "airflow-prod-logs", withoutAccessLogs: "nobody asks for them" };
        refuses(
            [
                'airflow-linkerd:airflow.aws.write[0] is "airflow-prod-logs": that bucket holds the logs of every team\'s tasks. Name another.',
            ],
            { cluster: eks, airflow: { database: { kind: "rds" }, logs, aws: { write: ["airflow-prod-logs"] } } },
        );
    });

    it("refuses what no bucket or folder is called, and folders that would be more than one", () => {
        const rule =
            'it must be a bucket, or a folder in it, without "s3://", wildcards and a slash at its end. Write it as "bucket/folder".';
        const read = [
            "s3://example-data",
            "example-data/",
            "example-data/sales/",
            "example-data/*",
            "*",
            "Example",
            "a/${x}",
        ];
        refusesAws({ read }, ...read.map((place, index) => `read[${index}] is "${place}": ${rule}`));
    });

    it("refuses wildcards in actions and resources, unless there is a reason", () => {
        const statements = [statement, { sid: "ReadAll", actions: ["glue:*"], resources: ["*"] }];
        refusesAws(
            { statements },
            'statements[1].actions[0] is "glue:*": name the actions that it needs. To allow more than that give allowWildcard with a reason.',
            'statements[1].resources[0] is "*": name the resources that it needs. To allow more than that give allowWildcard with a reason.',
        );
        const allowWildcard = "the catalog has no names to list";
        assert.deepEqual(aws({ statements, allowWildcard })?.statements, statements);
    });

    it("refuses an empty reason for wildcards", () => {
        refusesAws(
            { allowWildcard: "" },
            'allowWildcard is "": it must not be empty. Write it as "the catalog has no names to list".',
        );
        refusesAws(
            {
                statements: [{ ...statement, resources: ["*"] }],
                policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                allowWildcard: " ",
            },
            'statements[0].resources[0] is "*": name the resources that it needs. To allow more than that give allowWildcard with a reason.',
            "policyArns[0] is \"arn:aws:iam::aws:policy/ReadOnlyAccess\": AWS's own policies are full of wildcards, and AWS adds to them. Name a policy of the account's, write statements, or give allowWildcard with a reason.",
        );
    });

    it("refuses policies of AWS's own, which have wildcards in them, unless there is a reason", () => {
        const policyArns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"];
        refusesAws(
            { policyArns },
            "policyArns[0] is \"arn:aws:iam::aws:policy/AmazonS3FullAccess\": AWS's own policies are full of wildcards, and AWS adds to them. Name a policy of the account's, write statements, or give allowWildcard with a reason.",
        );
        assert.deepEqual(aws({ policyArns, allowWildcard: "a spike" })?.policyArns, policyArns);
    });

    it("refuses statements that say nothing", () => {
        refusesAws(
            { statements: [{ ...statement, sid: "read catalog", actions: [], resources: [] }] },
            'statements[0].sid is "read catalog": it must be letters and digits. Write it as "ReadCatalog".',
            'statements[0].actions is an empty list: it must not be empty. Write it as ["glue:GetTable"].',
            `statements[0].resources is an empty list: it must not be empty. Write it as ["${orders}"].`,
        );
    });

    it("refuses a statement's name and a policy that are there already", () => {
        const policyArn = "arn:aws:iam::123456789012:policy/read-catalog";
        refusesAws(
            { statements: [statement, statement], policyArns: [policyArn, policyArn] },
            'statements[1].sid is "ReadCatalog": statements[0] has this name already. Rename one of them.',
            `policyArns[1] is "${policyArn}": policyArns[0] is the same already. Remove one of them.`,
        );
    });

    it("refuses a folder of secrets that is none", () => {
        refusesAws(
            { secretsPath: "airflow/*" },
            'secretsPath is "airflow/*": it must be names of letters, digits and _+=.@-, joined by "/". Write it as "airflow/platform".',
        );
    });

    const apart =
        "or one of the two is in the other, and who reads a folder reads all below it. Choose a folder apart.";

    it("refuses a folder of secrets that holds another team's", () => {
        refusesTeams(
            ["airflow/teams/a", "airflow/teams/ab", "airflow/teams"].map((secretsPath, index) => ({
                ...analytics,
                name: `team-${index}`,
                aws: { secretsPath },
            })),
            [`[2].aws.secretsPath is "airflow/teams": it is teams[0].aws.secretsPath, ${apart}`],
            sections,
        );
    });

    it("refuses a folder of secrets among the platform's", () => {
        const secrets = { platformPath: "airflow/platform", tasksPath: "airflow/tasks" };
        refusesTeams(
            [
                { ...analytics, aws: { secretsPath: "airflow/platform" } },
                { ...analytics, name: "sales", aws: { secretsPath: "airflow/tasks/sales" } },
            ],
            [
                `[0].aws.secretsPath is "airflow/platform": it is airflow.secrets.platformPath, ${apart}`,
                `[1].aws.secretsPath is "airflow/tasks/sales": it is airflow.secrets.tasksPath, ${apart}`,
            ],
            { ...sections, airflow: { ...sections.airflow, secrets } },
        );
    });

    it("refuses the platform's buckets: the state of stacks, and the logs of tasks", () => {
        refusesTeams(
            [
                {
                    ...analytics,
                    aws: {
                        read: ["example-state", "example-state-2"],
                        write: ["airflow-prod-123456789012-task-logs/analytics"],
                    },
                },
            ],
            [
                '[0].aws.read[0] is "example-state": that bucket holds the state of stacks, with their secrets. Name another.',
                '[0].aws.write[0] is "airflow-prod-123456789012-task-logs/analytics": that bucket holds the logs of every team\'s tasks. Name another.',
            ],
            {
                cluster: { ...eks, stateBucketArns: ["arn:aws:s3:::example-state"] },
                airflow: { database: { kind: "rds" }, logs: { kind: "s3", withoutAccessLogs: "CloudTrail has them" } },
            },
        );
    });

    it("refuses a role in AWS for a stack that has no account there", () => {
        refusesTeam(
            { aws: { read: ["example-data"] } },
            "aws is a map: that is in AWS, and cluster names no account there. Name it in cluster.aws, or choose something else.",
        );
        refusesStack({ teams: [analytics, { ...analytics, name: "sales", aws: {} }] }, [
            "teams[1].aws is a map: that is in AWS, and cluster names no account there. Name it in cluster.aws, or choose something else.",
        ]);
    });
});
