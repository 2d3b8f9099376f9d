import { type RunSimulationResults, runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";

import { type PolicyDocument } from "../../../components/aws/policy-document.ts";

export type Decision = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

export interface Request {
    /** Such as `s3:GetObject`. */
    readonly action: string;
    /** Its ARN. */
    readonly resource: string;
    /** Condition keys with their values. */
    readonly context?: Readonly<Record<string, string | readonly string[]>>;
    /** The account that has the resource. Defaults to the one in its ARN, else to the requester's. */
    readonly resourceAccount?: string;
    /** The resource's own policy. Defaults to none. */
    readonly resourcePolicy?: PolicyDocument;
}

/** Who asks, with all that IAM knows of it. */
export interface Requester {
    /** ARN of a role or of an identity provider, or the name of a service. */
    readonly principal: string;
    readonly policies?: Readonly<Record<string, PolicyDocument>>;
    readonly boundary?: PolicyDocument;
}

/**
 * What IAM decides. A request that cannot be made, or one of whose condition keys the action does not have, is an error:
 * a denial of a request that nobody can make proves nothing.
 */
export async function decide(requester: Requester, request: Request): Promise<Decision> {
    const { principal, policies = {}, boundary } = requester;
    const context = Object.entries(request.context ?? {}).map(([key, value]) => [
        known(key),
        typeof value === "string" ? value : [...value],
    ]);
    const simulation: Simulation = {
        request: {
            principal,
            action: request.action,
            resource: { resource: request.resource, accountId: accountOf(principal, request) },
            contextVariables: Object.fromEntries(context) as Record<string, string | string[]>,
        },
        identityPolicies: Object.entries(policies).map(([name, policy]) => ({
            name,
            policy: withKnownKeys(policy),
        })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: request.resourcePolicy && withKnownKeys(request.resourcePolicy),
        permissionBoundaryPolicies: boundary && [{ name: "boundary", policy: withKnownKeys(boundary) }],
    };
    return decisionOf(await runSimulation(simulation, {}), request);
}

function decisionOf(results: RunSimulationResults, { action, resource }: Request): Decision {
    const what = `${action} on ${resource}`;
    if (results.resultType === "error") {
        throw new Error(`${what} cannot be simulated: ${JSON.stringify(results.errors)}`);
    }
    const single = results.resultType === "single" ? [results.result] : results.results;
    const ignored = single.flatMap(({ ignoredContextKeys }) => ignoredContextKeys ?? []);
    if (ignored.length > 0) {
        throw new Error(`${what} has no condition keys ${ignored.join(", ")}`);
    }
    return results.overallResult;
}

function accountOf(principal: string, { resource, resourceAccount }: Request): string {
    const account = [resourceAccount, resource.split(":")[4], principal.split(":")[4]].find(Boolean);
    if (account === undefined) {
        throw new Error(`${resource} is of no account: give resourceAccount`);
    }
    return account;
}

/**
 * The simulator does not know the claims of an issuer with a path, as EKS's have, nor the parts of KMS's encryption context.
 * By any other name they are compared the same, so policies and request all get one that it knows.
 */
function known(key: string): string {
    return /^([^:]+\.[^:]+:|kms:EncryptionContext:)/.test(key) ? `aws:RequestTag/${key}` : key;
}

function withKnownKeys(policy: PolicyDocument): PolicyDocument {
    const renamed = (conditions: Record<string, Record<string, unknown>>) =>
        Object.fromEntries(
            Object.entries(conditions).map(([operator, keys]) => [
                operator,
                Object.fromEntries(Object.entries(keys).map(([key, value]) => [known(key), value])),
            ]),
        );
    return {
        ...policy,
        Statement: policy.Statement.map((statement) =>
            statement.Condition
                ? { ...statement, Condition: renamed(statement.Condition as Record<string, Record<string, unknown>>) }
                : statement,
        ),
    };
}
