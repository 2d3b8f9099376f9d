import assert from "node:assert/strict";

import fc from "fast-check";

import { type Statement } from "../../../../components/aws/iam-statement.ts";
import { policyDocument } from "../../../../components/aws/policy-document.ts";
import {
    policyLimits,
    sizeOf,
    sizeProblem,
    wildcardProblems,
} from "../../../../components/identity/roles/policy-problems.ts";
import { tagProblems } from "../../../../components/aws/resource-tags.ts";
import { below, problemLines } from "../../../../components/problem.ts";
import { maxRoleNameLength, roleName } from "../../../../components/aws/role-name.ts";
import { checkedPolicies } from "../../../../components/identity/roles/role-policies.ts";

const statement = (changes: Partial<Statement> = {}): Statement => ({
    sid: "Read",
    actions: ["s3:GetObject"],
    resources: ["arn:aws:s3:::bucket/team/*"],
    ...changes,
});

describe("A statement", () => {
    it("is written as IAM reads it", () => {
        const rendered = policyDocument([
            statement({
                principals: { aws: "*" },
                effect: "Deny",
                conditions: { Bool: { "aws:SecureTransport": ["false"] } },
                allowWildcard: "not for IAM",
            }),
            statement({ resources: undefined, allResourcesBut: ["arn:aws:iam::1:role/x"] }),
        ]);
        assert.deepEqual(rendered, {
            Version: "2012-10-17",
            Statement: [
                {
                    Sid: "Read",
                    Effect: "Deny",
                    Principal: { AWS: "*" },
                    Action: ["s3:GetObject"],
                    Resource: ["arn:aws:s3:::bucket/team/*"],
                    Condition: { Bool: { "aws:SecureTransport": ["false"] } },
                },
                { Sid: "Read", Effect: "Allow", Action: ["s3:GetObject"], NotResource: ["arn:aws:iam::1:role/x"] },
            ],
        });
    });
});

describe("A wildcard", () => {
    const count = (changes: Partial<Statement>, reason?: string) =>
        wildcardProblems("policies.x", [statement(changes)], reason).length;

    it("among actions stands for names that nobody wrote down", () => {
        for (const action of ["*", "s3:*", "s3:Get*", "s?:GetObject", "*:GetObject"]) {
            assert.equal(count({ actions: [action] }), 1, action);
        }
    });

    it("among resources may end a name, and not begin one", () => {
        for (const resource of [
            "arn:aws:s3:::bucket/*",
            "arn:aws:s3:::bucket/team/*/logs",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:airflow/team/*",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:airflow-??????",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/team-*",
            "arn:aws:logs:eu-west-1:123456789012:log-group:/airflow:*",
            "arn:aws:sqs:eu-west-1:123456789012:queue",
        ]) {
            assert.equal(count({ resources: [resource] }), 0, resource);
        }
        for (const resource of [
            "*",
            "arn:aws:s3:::*",
            "arn:aws:s3:::bucket*/x",
            "arn:aws:s3:::team-?/*",
            "arn:aws:*:eu-west-1:123456789012:table/x",
            "arn:aws:dynamodb:*:123456789012:table/x",
            "arn:aws:dynamodb:eu-west-1:*:table/x",
            "arn:aws:dynamodb:eu-west-1:123456789012:*",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/*",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/*-data",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:*",
            "arn:aws:sqs:eu-west-1:123456789012:*",
        ]) {
            assert.equal(count({ resources: [resource] }), 1, resource);
        }
    });

    it("needs a reason, on the statement or for all, and not an empty one", () => {
        const wide = { actions: ["s3:*"] };
        assert.equal(count({ ...wide, allowWildcard: "it moves every bucket" }), 0);
        assert.equal(count(wide, "it moves every bucket"), 0);
        assert.equal(count({ ...wide, allowWildcard: " " }, ""), 1);
    });

    it("is free in a denial, and hidden in an allowance of all but some", () => {
        assert.equal(count({ effect: "Deny", actions: ["*"], resources: ["*"] }), 0);
        assert.match(
            String(wildcardProblems("policies.x", [statement({ resources: undefined, allResourcesBut: ["arn:x"] })])),
            /^policies\.x\[0\]\.allResourcesBut allows all that it does not name/,
        );
    });

    it("is reported with its place, and the way out", () => {
        assert.deepEqual(
            wildcardProblems("policies.x", [statement(), statement({ actions: ["s3:GetObject", "s3:*"] })]),
            [
                'policies.x[1].actions[1] is "s3:*": name the actions that it needs. ' +
                    "To allow more than that give allowWildcard with a reason.",
            ],
        );
    });
});

describe("AWS's limits", () => {
    const long = (length: number) => policyDocument([statement({ sid: "x".repeat(length) })]);
    const overhead = sizeOf(long(0));

    it("of a policy count every character but white space", () => {
        assert.equal(sizeProblem("the policy", "managed", [long(policyLimits.managed - overhead)]), undefined);
        assert.match(
            String(sizeProblem("the policy", "managed", [long(policyLimits.managed - overhead + 1)])),
            /^the policy has 6145 characters: IAM takes 6144\./,
        );
        assert.equal(sizeOf(policyDocument([statement({ sid: "a b\n" })])), sizeOf(long(2)) + 2 /* of "\\n" */);
    });

    it("of a role's own policies are for all of them together", () => {
        const half = [statement({ sid: "x".repeat(5000) })];
        assert.throws(
            () => checkedPolicies({ one: half, two: half, three: half }),
            /policies has \d+ characters: IAM takes 10240/,
        );
        assert.deepEqual(Object.keys(checkedPolicies({ one: half })), ["one"]);
    });

    it("of tags are found before AWS refuses them", () => {
        const refused = (tags: Record<string, string>) => problemLines(below(["tags"], ...tagProblems(tags)));
        assert.equal(refused({ team: "Platform 1 +@" }), "");
        assert.match(refused({ "aws:team": "x" }), /^tags has the key "aws:team": /);
        assert.match(refused({ "": "x" }), /^tags has the key "": /);
        assert.match(refused({ team: "x".repeat(257) }), /^tags\.team is "x+": /);
        assert.match(refused({ "cost-center": "a&b" }), /^tags\["cost-center"\] is "a&b": /);
        const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, "x"]));
        assert.match(refused(many), /^tags has 51 tags: AWS takes 50/);
    });
});

describe("A role's name", () => {
    const part = fc.stringMatching(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
    const parts = fc.tuple(part, part, part);

    it("is always one that IAM takes, and always the same", () => {
        fc.assert(
            fc.property(parts, (given) => {
                assert.match(roleName(given), /^[\w+=,.@-]+$/);
                assert.ok(roleName(given).length <= maxRoleNameLength);
                assert.equal(roleName(given), roleName([...given]));
            }),
        );
    });

    it("is plain where it fits, and told apart where it does not", () => {
        assert.equal(roleName(["prod", "airflow", "airflow-worker"]), "prod-airflow-airflow-worker");
        const long = "x".repeat(60);
        assert.notEqual(roleName([long, "a-b", "c"]), roleName([long, "a", "b-c"]));
        fc.assert(
            fc.property(parts, parts, (one, other) => {
                const cut = (given: typeof one) => roleName([given[0].padEnd(60, "x"), given[1], given[2]]);
                const same =
                    JSON.stringify([one[0].padEnd(60, "x"), ...one.slice(1)]) ===
                    JSON.stringify([other[0].padEnd(60, "x"), ...other.slice(1)]);
                assert.equal(cut(one) === cut(other), same);
            }),
        );
    });
});
