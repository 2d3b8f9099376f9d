/** Whom a statement of a resource's or a role's own policy speaks of. Identity policies have none: they speak of their role. */
export interface Principals {
    /** ARNs, or `*` for everybody. */
    readonly aws?: readonly string[] | "*";
    readonly service?: readonly string[];
    readonly federated?: readonly string[];
}

/** Operator, then condition key, then the values of which one must match. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One statement of an IAM policy. */
export interface Statement {
    /** What it is for, in letters and digits. */
    readonly sid: string;
    /** Defaults to `Allow`. */
    readonly effect?: "Allow" | "Deny";
    readonly principals?: Principals;
    /** Such as `s3:GetObject`. */
    readonly actions: readonly string[];
    /** ARNs. A role's trust policy has none: it speaks of that role. */
    readonly resources?: readonly string[];
    /** In place of `resources`: every resource but these. */
    readonly allResourcesBut?: readonly string[];
    readonly conditions?: Conditions;
    /** Why this statement must allow more than it can name. */
    readonly allowWildcard?: string;
}

/** A policy as IAM writes it. */
export interface PolicyDocument {
    readonly Version: "2012-10-17";
    readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** The policy that consists of these statements. */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
    return { Version: "2012-10-17", Statement: statements.map(rendered) };
}

function rendered(statement: Statement): Readonly<Record<string, unknown>> {
    const { sid, effect, principals, actions, resources, allResourcesBut, conditions } = statement;
    return {
        Sid: sid,
        Effect: effect ?? "Allow",
        ...(principals ? { Principal: renderedPrincipals(principals) } : {}),
        Action: actions,
        ...(resources ? { Resource: resources } : {}),
        ...(allResourcesBut ? { NotResource: allResourcesBut } : {}),
        ...(conditions ? { Condition: conditions } : {}),
    };
}

function renderedPrincipals({ aws, service, federated }: Principals) {
    return {
        ...(aws ? { AWS: aws } : {}),
        ...(service ? { Service: service } : {}),
        ...(federated ? { Federated: federated } : {}),
    };
}
