import { type Statement } from "../../aws/iam-statement.ts";
import { type PolicyDocument } from "../../aws/policy-document.ts";
import { below, type Problem, problemText } from "../../problem.ts";

/** IAM's limits, in characters. It counts no white space. */
export const policyLimits = {
    /** One managed policy. */
    managed: 6144,
    /** All inline policies of one role together. */
    inline: 10240,
    /** A role's trust policy, unless AWS has raised the account's quota. */
    trust: 2048,
} as const;

/**
 * Wildcards in statements that allow, each with its path in the list. In actions every wildcard is a problem. In
 * resources only one that is not limited to a named resource: `arn:aws:s3:::bucket/team/*` is fine, `arn:aws:s3:::*` is
 * not. `Deny` statements may have any wildcard.
 */
export function wildcards(statements: readonly Statement[], allowWildcard?: string): Problem[] {
    return statements.flatMap((statement, index) => {
        const { effect, actions, resources = [], allResourcesBut, allowWildcard: ownReason } = statement;
        if (effect === "Deny" || isReason(ownReason) || isReason(allowWildcard)) {
            return [];
        }
        const wide = (name: string, what: string, values: readonly string[], isWide: (value: string) => boolean) =>
            values.flatMap((value, position) =>
                isWide(value)
                    ? [
                          {
                              path: [index, name, position],
                              value,
                              rule:
                                  `name the ${what} that it needs. ` +
                                  `To allow more than that give allowWildcard with a reason.`,
                          },
                      ]
                    : [],
            );
        return [
            ...wide("actions", "actions", actions, (action) => /[*?]/.test(action)),
            ...wide("resources", "resources", resources, isWideResource),
            ...(allResourcesBut
                ? [
                      {
                          path: [index, "allResourcesBut"],
                          value: allResourcesBut,
                          opening: "allows all that it does not name:",
                          rule: "list resources. To allow more than that give allowWildcard with a reason.",
                      },
                  ]
                : []),
        ];
    });
}

/** The same as messages, each path below `field`. */
export function wildcardProblems(field: string, statements: readonly Statement[], allowWildcard?: string): string[] {
    return below([field], ...wildcards(statements, allowWildcard)).map((problem) => problemText(problem));
}

/** Why the policies are too long for AWS. Undefined when they are not. */
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

/** Characters of a policy, as AWS counts them. */
export function sizeOf(document: PolicyDocument): number {
    return JSON.stringify(document).replace(/\s/g, "").length;
}

/** Whether somebody said why. White space says nothing. */
export const isReason = (reason: string | undefined): boolean => reason !== undefined && reason.trim() !== "";

function isWideResource(resource: string): boolean {
    // A policy variable for a literal `*` or `?` counts as a wildcard: no real name contains one.
    const [arn, , service = "", region = "", account = "", ...rest] = resource.split(":");
    const name = rest.join(":");
    if (arn !== "arn" || /[*?]/.test(service + region + account)) {
        return true;
    }
    if (service === "s3") {
        // Bucket names are global: anybody can create a bucket whose name matches, and would be sent the data.
        return /[*?]/.test(name.split("/")[0] ?? "");
    }
    const [beforeWildcard = ""] = name.split(/[*?]/);
    const withoutKind = beforeWildcard.replace(/^[a-z][a-z-]*[/:]/, "");
    return beforeWildcard !== name && withoutKind === "";
}
