import { type PolicyDocument } from "../../components/iam-statement.ts";
import { type Goal } from "../../rehearsal/engine/registration.ts";
import { madeUpByAws } from "../made-up-aws.ts";
import { type Requester } from "./simulation.ts";

/** A role of a graph, with all that decides what it may do and who may have it. */
export interface Identity extends Requester {
    /** The role's name in IAM. */
    readonly name: string;
    readonly trust: PolicyDocument;
    /** Managed policies that are attached and not of this graph: AWS's own, whose text nobody has here. */
    readonly unreadPolicyArns: readonly string[];
    /** The service accounts that EKS Pod Identity gives it to. */
    readonly associations: readonly Association[];
}

export interface Association {
    readonly clusterName: string;
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly targetRoleArn: string | undefined;
    readonly disableSessionTags: boolean;
}

/** What a program registers: recorded as a stack's graph, or under mocks. Its ARNs are those that tests make up. */
export type Graph = readonly Pick<Goal, "name" | "type" | "inputs">[];

/** Every role of the graph, by its name in IAM. */
export function identitiesOf(graph: Graph): ReadonlyMap<string, Identity> {
    const managed = policiesOf(graph, "aws:iam/policy:Policy", "policy", (policy) => arnOf(policy));
    const roles = ofType(graph, "aws:iam/role:Role").map((role): Identity => {
        const { name, assumeRolePolicy, permissionsBoundary } = role.inputs;
        const own = ofType(graph, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => inputs.role === name);
        const attached = ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
            .filter(({ inputs }) => inputs.role === name)
            .map(({ inputs }) => text(inputs.policyArn));
        const boundary = permissionsBoundary === undefined ? undefined : managed.get(text(permissionsBoundary));
        if (permissionsBoundary !== undefined && boundary === undefined) {
            throw new Error(
                `${role.name} has the boundary ${text(permissionsBoundary)}, which the graph does not have`,
            );
        }
        return {
            name: text(name),
            principal: arnOf(role),
            trust: parsed(assumeRolePolicy),
            boundary,
            policies: {
                ...Object.fromEntries(own.map(({ inputs }) => [text(inputs.name), parsed(inputs.policy)])),
                ...Object.fromEntries([...managed].filter(([arn]) => attached.includes(arn))),
            },
            unreadPolicyArns: attached.filter((arn) => !managed.has(arn)),
            associations: ofType(graph, "aws:eks/podIdentityAssociation:PodIdentityAssociation")
                .filter(({ inputs }) => inputs.roleArn === arnOf(role))
                .map(({ inputs }) => ({
                    clusterName: text(inputs.clusterName),
                    namespace: text(inputs.namespace),
                    serviceAccount: text(inputs.serviceAccount),
                    targetRoleArn: inputs.targetRoleArn === undefined ? undefined : text(inputs.targetRoleArn),
                    disableSessionTags: inputs.disableSessionTags === true,
                })),
        };
    });
    return new Map(roles.map((role) => [role.name, role]));
}

/** The policies that buckets and keys of the graph have of their own, by the ARN of what they protect. */
export function resourcePoliciesOf(graph: Graph): ReadonlyMap<string, PolicyDocument> {
    return new Map([
        ...policiesOf(graph, "aws:kms/key:Key", "policy", (key) => arnOf(key)),
        ...policiesOf(
            graph,
            "aws:s3/bucketPolicy:BucketPolicy",
            "policy",
            ({ inputs }) => `arn:aws:s3:::${text(inputs.bucket)}`,
        ),
    ]);
}

function policiesOf(graph: Graph, type: string, input: string, keyOf: (resource: Graph[number]) => string) {
    return new Map(ofType(graph, type).map((resource) => [keyOf(resource), parsed(resource.inputs[input])]));
}

function ofType(graph: Graph, wanted: string): Graph {
    return graph.filter(({ type }) => type === wanted);
}

function arnOf({ type, name, inputs }: Graph[number]): string {
    return text(madeUpByAws(type, name, inputs).arn);
}

function parsed(document: unknown): PolicyDocument {
    return JSON.parse(text(document)) as PolicyDocument;
}

/** An unknown or a secret in an IAM document would make every answer about it worthless. */
function text(value: unknown): string {
    if (typeof value !== "string") {
        throw new Error(`${String(value)} is no text: record the graph with everything known`);
    }
    return value;
}
