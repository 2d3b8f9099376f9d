import assert from "node:assert/strict";

import { grammarProblems, type PolicyPlace, policiesOf } from "./policy-grammar.ts";

const statement = {
    Sid: "One",
    Effect: "Allow",
    Action: ["s3:GetObject"],
    Resource: ["arn:aws:s3:::bucket/*"],
    Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
};

function problems(statements: readonly object[], place: PolicyPlace = "identity", limit = 6144): string[] {
    return grammarProblems({
        place,
        limit,
        text: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
}

describe("the grammar of IAM's policies", () => {
    it("takes a policy that AWS takes", () => {
        assert.deepEqual(problems([statement]), []);
        const { Resource: _, ...trust } = { ...statement, Principal: { Service: ["eks.amazonaws.com"] } };
        assert.deepEqual(problems([trust], "trust"), []);
        assert.deepEqual(problems([{ ...statement, Principal: "*" }], "resource"), []);
    });

    const refused: Record<string, [changes: object, problem: string]> = {
        "a statement about no resource": [{ Resource: [] }, "One: its Resource is an empty list"],
        "a statement without a resource": [
            { Resource: undefined },
            "One: it must have one of Resource and NotResource",
        ],
        "a statement about no action": [{ Action: [] }, "One: its Action is an empty list"],
        "both an action and all others": [
            { NotAction: ["s3:PutObject"] },
            "One: it must have one of Action and NotAction",
        ],
        "what is no action": [{ Action: "GetObject" }, "One: GetObject is no action"],
        "what is no resource": [{ Resource: "bucket" }, "One: bucket is no resource"],
        "a name with other characters": [{ Sid: "one-1" }, "one-1: its Sid is not letters and digits"],
        "another effect": [{ Effect: "allow" }, "One: its Effect is neither Allow nor Deny"],
        "an element that does not exist": [{ Actions: [] }, "One: there is no element Actions"],
        "a principal in a role's own policy": [{ Principal: "*" }, "One: a role's own policy has no principal"],
        "an operator that does not exist": [
            { Condition: { StringIs: { a: "b" } } },
            "One: StringIs is no operator of conditions",
        ],
        "a condition without values": [
            { Condition: { StringEquals: { "aws:SourceArn": [] } } },
            "One: its condition on aws:SourceArn has no value",
        ],
        "an operator that compares nothing": [{ Condition: { Bool: {} } }, "One: its operator Bool compares nothing"],
    };
    for (const [what, [changes, problem]] of Object.entries(refused)) {
        it(`refuses ${what}`, () => {
            assert.deepEqual(problems([{ ...statement, ...changes }]), [problem]);
        });
    }

    it("refuses two statements of one name, too much text, and a character that is none of IAM's", () => {
        assert.deepEqual(problems([statement, statement]), ["two statements are called One"]);
        assert.deepEqual(problems([statement], "identity", 100), ["it is longer than 100 characters"]);
        assert.deepEqual(problems([{ ...statement, Resource: "arn:aws:s3:::bücket…" }]), [
            "it has a character that IAM does not take",
        ]);
        assert.deepEqual(problems([]), ["it has no statement"]);
    });

    it("wants principals in a policy of a resource, and at least one", () => {
        assert.deepEqual(problems([statement], "resource"), ["One: it has no principal"]);
        assert.deepEqual(problems([{ ...statement, Principal: { AWS: [] } }], "resource"), [
            "One: its principal AWS is an empty list",
        ]);
    });

    it("overlooks no policy in an input that nobody thought of", () => {
        const inputs = { accessPolicy: JSON.stringify({ Statement: [] }) };
        assert.throws(() => policiesOf({ type: "aws:sqs/queue:Queue", inputs }), /say in policy-grammar\.ts/);
    });
});
