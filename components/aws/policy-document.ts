import { type Principals, type Statement } from "./iam-statement.ts";

/** A policy in the form that IAM takes. */
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
