import { type PolicyDocument, type Statement } from "../aws/iam-statement.ts";

/** IAM's limits, in characters. It counts no white space. */
export const policyLimits = {
    /** One managed policy. */
    managed: 6144,
    /** All policies that are written into one role, together. */
    inline: 10240,
    /** A role's trust policy, unless AWS has raised the account's quota. */
    trust: 2048,
} as const;

/**
 * What is wrong with statements that allow, each with its path below `field`. A wildcard among actions is one that stands
 * for names nobody wrote down. Among resources it is one that reaches beyond a name: `arn:aws:s3:::bucket/team/*` is
 * fine, `arn:aws:s3:::*` is not. Denials may be as wide as they like.
 */
export function wildcardProblems(field: string, statements: readonly Statement[], allowWildcard?: string): string[] {
    return statements.flatMap((statement, index) => {
        const { effect, actions, resources = [], allResourcesBut, allowWildcard: ownReason } = statement;
        if (effect === "Deny" || isReason(ownReason) || isReason(allowWildcard)) {
            return [];
        }
        const at = `${field}[${index}]`;
        const wide = (name: string, what: string, values: readonly string[], isWide: (value: string) => boolean) =>
            values.flatMap((value, position) =>
                isWide(value)
                    ? [
                          `${at}.${name}[${position}] is "${value}": name the ${what} that it needs. ` +
                              `To allow more than that give allowWildcard with a reason.`,
                      ]
                    : [],
            );
        return [
            ...wide("actions", "actions", actions, (action) => /[*?]/.test(action)),
            ...wide("resources", "resources", resources, isWideResource),
            ...(allResourcesBut
                ? [
                      `${at}.allResourcesBut allows all that it does not name: list resources. ` +
                          `To allow more than that give allowWildcard with a reason.`,
                  ]
                : []),
        ];
    });
}

/** Why a policy is too long for AWS, or nothing. */
export function sizeProblem(
    field: string,
    limit: keyof typeof policyLimits,
    documents: readonly PolicyDocument[],
): string | undefined {
    const size = documents.reduce((sum, document) => sum + sizeOf(document), 0);
    return size <= policyLimits[limit]
        ? undefined
        : `${field} has ${size} characters: IAM takes ${policyLimits[limit]}. ` +
              `Name folders instead of single resources, or give some of it to another role.`;
}

/** Characters of a policy as AWS counts them. */
export function sizeOf(document: PolicyDocument): number {
    return JSON.stringify(document).replace(/\s/g, "").length;
}

const isReason = (reason: string | undefined): boolean => reason !== undefined && reason.trim() !== "";

function isWideResource(resource: string): boolean {
    // A policy variable that stands for a literal `*` or `?` counts as one: nobody has that in a name.
    const [arn, , service = "", region = "", account = "", ...rest] = resource.split(":");
    const name = rest.join(":");
    if (arn !== "arn" || /[*?]/.test(service + region + account)) {
        return true;
    }
    if (service === "s3") {
        // Names of buckets are everybody's: whoever makes one that matches would be given the data.
        return /[*?]/.test(name.split("/")[0] ?? "");
    }
    const [beforeWildcard = ""] = name.split(/[*?]/);
    const withoutKind = beforeWildcard.replace(/^[a-z][a-z-]*[/:]/, "");
    return beforeWildcard !== name && withoutKind === "";
}
