import { isMap, type Property, type PropertyMap } from "../../../rehearsal/engine/values/property.ts";

/** Where a policy stands, which decides what it must and must not say. */
export type PolicyPlace = "identity" | "trust" | "resource";

/** A policy of a graph, with where it stands. */
export interface PlacedPolicy {
    readonly place: PolicyPlace;
    /** How many characters AWS takes, white space aside. */
    readonly limit: number;
    readonly text: string;
}

/** The inputs that hold policies. Limits: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const places: Readonly<Record<string, Omit<PlacedPolicy, "text">>> = {
    "aws:iam/policy:Policy policy": { place: "identity", limit: 6144 },
    "aws:iam/role:Role assumeRolePolicy": { place: "trust", limit: 2048 },
    "aws:iam/rolePolicy:RolePolicy policy": { place: "identity", limit: 10_240 },
    "aws:kms/key:Key policy": { place: "resource", limit: 32_768 },
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    "aws:sqs/queuePolicy:QueuePolicy policy": { place: "resource", limit: 8192 },
    "aws:s3/bucketPolicy:BucketPolicy policy": { place: "resource", limit: 20_480 },
};

/** The policies of a resource. One that stands where no place is known for it is an error: nobody would check it. */
export function policiesOf({ type, inputs }: { type: string; inputs: PropertyMap }): PlacedPolicy[] {
    return Object.entries(inputs)
        .filter(([, value]) => typeof value === "string" && looksLikePolicy(value))
        .map(([input, text]) => {
            const place = places[`${type} ${input}`];
            if (place === undefined) {
                throw new Error(`${type} has a policy in ${input}: say in policy-grammar.ts what AWS wants of it`);
            }
            return { ...place, text: text as string };
        });
}

function looksLikePolicy(text: string): boolean {
    return text.startsWith("{") && text.includes('"Statement"');
}

const elements = new Set([
    ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
    ...["Resource", "NotResource", "Condition"],
]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operator =
    /^(ForAllValues:|ForAnyValue:)?(String(Not)?(Equals(IgnoreCase)?|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?$|^Null$/;

/**
 * Everything for which IAM would refuse a policy as malformed.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function grammarProblems({ place, limit, text }: PlacedPolicy): string[] {
    const document = JSON.parse(text) as { Version?: unknown; Statement?: unknown };
    const statements = Array.isArray(document.Statement) ? (document.Statement as PropertyMap[]) : [];
    const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined);
    return [
        ...when(document.Version !== "2012-10-17", "its version is not 2012-10-17"),
        ...when(statements.length === 0, "it has no statement"),
        ...when(text.replace(/\s/g, "").length > limit, `it is longer than ${limit} characters`),
        ...when(!/^[\t\n\r\u0020-\u00FF]*$/.test(text), "it has a character that IAM does not take"),
        ...sids
            .filter((sid, index) => sids.indexOf(sid) !== index)
            .map((sid) => `two statements are called ${String(sid)}`),
        ...statements.flatMap((statement) =>
            statementProblems(statement, place).map((problem) => `${String(statement.Sid)}: ${problem}`),
        ),
    ];
}

function statementProblems(statement: PropertyMap, place: PolicyPlace): string[] {
    const { Sid, Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
    return [
        ...Object.keys(statement)
            .filter((key) => !elements.has(key))
            .map((key) => `there is no element ${key}`),
        ...when(typeof Sid !== "string" || !/^[A-Za-z0-9]+$/.test(Sid), "its Sid is not letters and digits"),
        ...when(Effect !== "Allow" && Effect !== "Deny", "its Effect is neither Allow nor Deny"),
        ...exactlyOne("Action", Action, NotAction),
        ...texts(Action ?? NotAction)
            .filter((action) => !/^(\*|[a-z0-9-]+:[A-Za-z*?]+)$/.test(action))
            .map((action) => `${action} is no action`),
        ...(place === "trust"
            ? when(Resource !== undefined || NotResource !== undefined, "a trust policy has no resource")
            : exactlyOne("Resource", Resource, NotResource)),
        ...texts(Resource ?? NotResource)
            .filter((resource) => !/^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$/.test(resource))
            .map((resource) => `${resource} is no resource`),
        ...(place === "identity"
            ? when(Principal !== undefined || NotPrincipal !== undefined, "a role's own policy has no principal")
            : principalProblems(Principal, NotPrincipal)),
        ...(Condition === undefined ? [] : conditionProblems(Condition)),
    ];
}

function principalProblems(principal?: Property, notPrincipal?: Property): string[] {
    if (principal === "*") {
        return [];
    }
    const given = principal ?? notPrincipal;
    if (!isMap(given) || Object.keys(given).length === 0) {
        return ["it has no principal"];
    }
    return Object.entries(given).flatMap(([kind, names]) => [
        ...when(!["AWS", "Service", "Federated", "CanonicalUser"].includes(kind), `${kind} is no kind of principal`),
        ...when(texts(names).length === 0, `its principal ${kind} is an empty list`),
    ]);
}

function conditionProblems(condition: Property): string[] {
    if (!isMap(condition) || Object.keys(condition).length === 0) {
        return ["its Condition is empty"];
    }
    return Object.entries(condition).flatMap(([name, keys]) => [
        ...when(!operator.test(name), `${name} is no operator of conditions`),
        ...(isMap(keys) && Object.keys(keys).length > 0
            ? Object.entries(keys).flatMap(([key, values]) =>
                  when(texts(values).length === 0, `its condition on ${key} has no value`),
              )
            : [`its operator ${name} compares nothing`]),
    ]);
}

function exactlyOne(name: string, given?: Property, not?: Property): string[] {
    if ((given === undefined) === (not === undefined)) {
        return [`it must have one of ${name} and Not${name}`];
    }
    return when(texts(given ?? not).length === 0, `its ${name} is an empty list`);
}

function texts(value: unknown): string[] {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.filter((each) => typeof each === "string");
}

function when(wrong: boolean, problem: string): string[] {
    return wrong ? [problem] : [];
}
