import assert from "node:assert/strict";

import { type PolicyDocument } from "../../../examples/bootstrap/policy.ts";
import { Account, accountId } from "./account.ts";
import { answerToRole, type Request } from "./simulator.ts";

export const bucket = "arn:aws:s3:::airflow-linkerd-state-123456789012";
export const iam = `arn:aws:iam::${accountId}`;
export const github = `${iam}:oidc-provider/token.actions.githubusercontent.com`;
export const boundary = { "iam:PermissionsBoundary": `${iam}:policy/airflow-linkerd-boundary-prod` };
export const serviceBoundary = {
    "iam:PermissionsBoundary": `${iam}:policy/airflow-linkerd-service-boundary-prod`,
};
export const logStream = `arn:aws:logs:eu-central-1:${accountId}:log-group:airflow:log-stream:one`;
export const here = { "aws:RequestedRegion": "eu-central-1" };
export const throughS3 = { "kms:ViaService": "s3.eu-central-1.amazonaws.com" };
export const everything: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }],
};

/** An object of the state. */
export const object = (path: string): string => `${bucket}/.pulumi/${path}`;
export const secret = (name: string): string =>
    `arn:aws:secretsmanager:eu-central-1:${accountId}:secret:${name}-a1b2c3`;

const overTls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

/** What an account has after the bootstrap: documents by the names of what they are of. */
export class Rights {
    readonly policies = new Map<string, PolicyDocument>();
    readonly trusts = new Map<string, PolicyDocument>();
    readonly #keys = new Map<string, string>();
    /** Of the bucket and of every key, by ARN. */
    readonly #resourcePolicies = new Map<string, PolicyDocument>();

    static async of(account: Account): Promise<Rights> {
        const rights = new Rights();
        for (const { type, urn, inputs, outputs } of await account.resources()) {
            if (type === "aws:iam/policy:Policy") {
                rights.policies.set(String(inputs.name), documentIn(inputs.policy));
            } else if (type === "aws:iam/role:Role") {
                rights.trusts.set(String(inputs.name), documentIn(inputs.assumeRolePolicy));
            } else if (type === "aws:kms/key:Key") {
                rights.#keys.set(urn.split("::").at(-1)?.replace(/-key$/, "") ?? "", String(outputs?.arn));
                rights.#resourcePolicies.set(String(outputs?.arn), documentIn(inputs.policy));
            } else if (type === "aws:s3/bucketPolicy:BucketPolicy") {
                rights.#resourcePolicies.set(bucket, documentIn(inputs.policy));
            }
        }
        return rights;
    }

    of(role: string): PolicyDocument[] {
        return [...this.policies].filter(([name]) => name.startsWith(`${role}-`)).map(([, policy]) => policy);
    }

    key(name: string): string {
        const arn = this.#keys.get(name);
        assert.ok(arn, `there must be a key ${name} among ${[...this.#keys.keys()].join(", ")}`);
        return arn;
    }

    /** The request as AWS sees it: with the policy of what it asks for, and over TLS. */
    asked(request: Request): Request {
        const state = request.resource.startsWith(bucket);
        const own = this.#resourcePolicies.get(state ? bucket : request.resource);
        // Any key that is not the bootstrap's leaves it to IAM as well.
        const resourcePolicy =
            own ?? (request.action.startsWith("kms:") ? this.#resourcePolicies.get(this.key("prod-secrets")) : own);
        return { resourcePolicy, ...request, context: { ...(state ? overTls : {}), ...request.context } };
    }
}

function documentIn(text: unknown): PolicyDocument {
    return JSON.parse(String(text)) as PolicyDocument;
}

let opened: Promise<{ readonly account: Account; readonly rights: Rights }> | undefined;

after(async () => {
    await (await opened)?.account.close();
});

/** Those of the account that all files with such tests share: nobody changes it. */
export async function bootstrapRights(): Promise<Rights> {
    opened ??= open();
    return (await opened).rights;
}

async function open() {
    const account = await Account.open();
    assert.ok((await account.up()).ok, account.shown);
    return { account, rights: await Rights.of(account) };
}

/** Tests of each request's answer, by role and behaviour. Requests are made once the account is there. */
export function answers(
    rights: () => Rights,
    role: string,
    expected: "allows" | "denies",
    cases: Record<string, () => Request | Request[]>,
): void {
    for (const [behaviour, requests] of Object.entries(cases)) {
        it(`${expected} the role ${role} to ${behaviour}`, async () => {
            const policies = rights().of(role);
            assert.ok(policies.length > 0);
            for (const request of [requests()].flat()) {
                const answer = await answerToRole(policies, rights().asked(request));
                const what = `${request.action} on ${request.resource} was ${answer}`;
                assert.equal(answer === "Allowed", expected === "allows", what);
            }
        });
    }
}
