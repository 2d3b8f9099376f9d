import assert from "node:assert/strict";

import { type EvaluationResult, runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";

import { type PolicyDocument } from "../../../examples/bootstrap/policy.ts";
import { accountId } from "./account.ts";

export interface Request {
    readonly action: string;
    readonly resource: string;
    readonly context?: Readonly<Record<string, string | string[]>>;
    /** The resource's own policy, if it has one. */
    readonly resourcePolicy?: PolicyDocument;
}

/** What AWS would answer a role with these policies, within this boundary if it has one. */
export async function answerToRole(
    policies: readonly PolicyDocument[],
    { action, resource, context = {}, resourcePolicy }: Request,
    boundary?: PolicyDocument,
): Promise<EvaluationResult> {
    return simulate({
        request: {
            principal: `arn:aws:iam::${accountId}:role/any`,
            action,
            resource: { resource, accountId },
            contextVariables: { ...context },
        },
        identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
        resourcePolicy,
        permissionBoundaryPolicies: boundary && [{ name: "boundary", policy: boundary }],
    });
}

/** A token that a workflow shows to AWS, as far as trust policies see it. */
export interface Token {
    /** ARN of the provider that vouches for it. */
    readonly provider: string;
    readonly aud?: string;
    readonly sub?: string;
}

/**
 * What AWS would answer a workflow that asks for a role with this trust policy.
 *
 * The simulator knows which context keys each action has, and of web identities only the large providers' `aud` and
 * `sub`: it drops GitHub's before it evaluates. So both the policy and the token say Google's names for the same two
 * claims; operators and values are as they are.
 */
export async function answerToToken(trust: PolicyDocument, { provider, aud, sub }: Token): Promise<EvaluationResult> {
    const renamed = JSON.stringify(trust).replaceAll(
        /token\.actions\.githubusercontent\.com:(aud|sub)"/g,
        `${known}:$1"`,
    );
    return simulate({
        request: {
            principal: provider,
            action: "sts:AssumeRoleWithWebIdentity",
            resource: { resource: `arn:aws:iam::${accountId}:role/any`, accountId },
            contextVariables: {
                ...(aud === undefined ? {} : { [`${known}:aud`]: aud }),
                ...(sub === undefined ? {} : { [`${known}:sub`]: sub }),
            },
        },
        identityPolicies: [],
        resourcePolicy: JSON.parse(renamed) as unknown,
    });
}

const known = "accounts.google.com";

/** Fails on what the simulator refuses to read, and on context that it would leave out. */
async function simulate(
    simulation: Omit<Simulation, "serviceControlPolicies" | "resourceControlPolicies">,
): Promise<EvaluationResult> {
    const result = await runSimulation({ ...simulation, serviceControlPolicies: [], resourceControlPolicies: [] }, {});
    if (result.resultType === "error") {
        assert.fail(`${JSON.stringify(simulation.request)}: ${JSON.stringify(result.errors)}`);
    }
    assert.equal(result.resultType, "single", "a request names one resource");
    assert.deepEqual(result.resultType === "single" && result.result.ignoredContextKeys, []);
    return result.overallResult;
}
