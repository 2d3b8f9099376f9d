import { type PolicyDocument } from "../../../components/aws/policy-document.ts";
import { type PropertyMap } from "../../../rehearsal/engine/values/property.ts";
import { type Goal } from "../../../rehearsal/engine/program/registration.ts";
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

/** What a program registers: recorded as a stack's graph, or under mocks. */
export type Graph = readonly Node[];

type Node = Pick<Goal, "name" | "type" | "inputs">;

/** What of a graph is said elsewhere. */
export interface Surroundings<Each extends Node = Node> {
    /** What a resource has once it is made. Defaults to what mocks make up. */
    readonly made?: (resource: Each) => PropertyMap;
    /** Managed policies that others made and that can be read, by ARN. Defaults to none. */
    readonly policies?: ReadonlyMap<string, PolicyDocument>;
}

const underMocks = ({ type, name, inputs }: Node): PropertyMap => ({ name, ...madeUpByAws(type, name, inputs) });

/** Every role of the graph, by its name in IAM. */
export function identitiesOf<Each extends Node>(
    graph: readonly Each[],
    { made = underMocks, policies = new Map() }: Surroundings<Each> = {},
): ReadonlyMap<string, Identity> {
    const arnOf = (resource: Each) => text(made(resource).arn);
    const managed = new Map([...policies, ...policiesOf(graph, "aws:iam/policy:Policy", "policy", arnOf)]);
    const roles = ofType(graph, "aws:iam/role:Role").map((role): Identity => {
        const { assumeRolePolicy, permissionsBoundary } = role.inputs;
        const { name } = made(role);
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
                // Who gives a policy no name leaves it to Pulumi, which makes one of the resource's.
                ...Object.fromEntries(
                    own.map((policy) => [text(policy.inputs.name ?? policy.name), parsed(policy.inputs.policy)]),
                ),
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
export function resourcePoliciesOf<Each extends Node>(
    graph: readonly Each[],
    { made = underMocks }: Surroundings<Each> = {},
): ReadonlyMap<string, PolicyDocument> {
    return new Map([
        ...policiesOf(graph, "aws:kms/key:Key", "policy", (key) => text(made(key).arn)),
        ...policiesOf(
            graph,
            "aws:s3/bucketPolicy:BucketPolicy",
            "policy",
            ({ inputs }) => `arn:aws:s3:::${text(inputs.bucket)}`,
        ),
    ]);
}

function policiesOf<Each extends Node>(
    graph: readonly Each[],
    type: string,
    input: string,
    keyOf: (resource: Each) => string,
): ReadonlyMap<string, PolicyDocument> {
    return new Map(ofType(graph, type).map((resource) => [keyOf(resource), parsed(resource.inputs[input])]));
}

function ofType<Each extends Node>(graph: readonly Each[], wanted: string): readonly Each[] {
    return graph.filter(({ type }) => type === wanted);
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
