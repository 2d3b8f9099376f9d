import assert from "node:assert/strict";

import fc from "fast-check";

import { readSecrets, secretsPathProblem } from "../../../components/airflow/secrets-backend/secrets-manager.ts";
import { prefixProblem, readTaskLogs, writeTaskLogs } from "../../../components/airflow/logs/task-log-statements.ts";
import { keyStatements } from "../../../components/aws/encryption-key.ts";
import { type Statement } from "../../../components/aws/iam-statement.ts";
import { policyDocument } from "../../../components/aws/policy-document.ts";
import { sizeOf, wildcardProblems } from "../../../components/identity/roles/policy-problems.ts";
import { madeUpAccount } from "../../support/made-up-aws.ts";
import { decide, type Request } from "../../support/iam/simulation.ts";

const { id, region } = madeUpAccount;
const keyArn = `arn:aws:kms:${region}:${id}:key/one`;
const keyPolicy = policyDocument(keyStatements(madeUpAccount, "secretsmanager"));
const bucketArn = "arn:aws:s3:::logs";

/** Names of few letters, so that many of them begin alike. */
const folder = fc
    .array(fc.stringMatching(/^[ab]([ab_.=-]{0,3})$/), { minLength: 1, maxLength: 3 })
    .map((names) => names.join("/"));

/** Two folders, of which one is often within the other, or begins as it does. */
const folders = fc
    .tuple(folder, folder, fc.constantFrom("/", "", "-", undefined))
    .map(([one, other, joint]) => [one, joint === undefined ? other : one + joint + other] as const);

const isWithin = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);

const allows = async (statements: readonly Statement[], request: Request) => {
    const principal = `arn:aws:iam::${id}:role/team`;
    const policies = { own: policyDocument(statements) };
    return (await decide({ principal, policies }, { ...request, resourceAccount: id })) === "Allowed";
};

describe("Rights on generated folders", () => {
    it("of logs reach into that folder and into no other", async () => {
        await fc.assert(
            fc.asyncProperty(folders, async ([own, other]) => {
                assert.equal(prefixProblem(own), undefined);
                const place = { account: madeUpAccount, bucketArn, keyArn, prefix: own };
                const object = (action: string) => ({ action, resource: `${bucketArn}/${other}/x.log` });
                const reached = isWithin(other, own);
                assert.equal(await allows(writeTaskLogs(place), object("s3:PutObject")), reached);
                assert.equal(await allows(writeTaskLogs(place), object("s3:GetObject")), reached);
                assert.equal(await allows(readTaskLogs(place), object("s3:GetObject")), reached);
                assert.equal(await allows(readTaskLogs(place), object("s3:PutObject")), false);
            }),
            { numRuns: 60 },
        );
    });

    it("of secrets reach into that folder and into no other", async () => {
        await fc.assert(
            fc.asyncProperty(folders, async ([own, other]) => {
                assert.equal(secretsPathProblem(own), undefined);
                const resource = `arn:aws:secretsmanager:${region}:${id}:secret:${other}/x-AbCdEf`;
                const statements = readSecrets({ account: madeUpAccount, path: own, keyArn });
                const reached = isWithin(other, own);
                assert.equal(await allows(statements, { action: "secretsmanager:GetSecretValue", resource }), reached);
                const context = {
                    "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
                    "kms:EncryptionContext:SecretARN": resource,
                };
                assert.equal(
                    await allows(statements, {
                        action: "kms:Decrypt",
                        resource: keyArn,
                        context,
                        resourcePolicy: keyPolicy,
                    }),
                    reached,
                );
            }),
            { numRuns: 60 },
        );
    });

    it("name what they allow, in policies of which a role can hold many", () => {
        fc.assert(
            fc.property(folder, (own) => {
                const place = { account: madeUpAccount, bucketArn, keyArn, prefix: own };
                for (const statements of [
                    readTaskLogs(place),
                    writeTaskLogs(place),
                    readSecrets({ account: madeUpAccount, path: own, keyArn }),
                ]) {
                    assert.deepEqual(wildcardProblems("policies.x", statements), []);
                    assert.ok(sizeOf(policyDocument(statements)) < 1500);
                }
            }),
        );
    });
});
