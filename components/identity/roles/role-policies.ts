import { type Statement } from "../../aws/iam-statement.ts";
import { policyDocument } from "../../aws/policy-document.ts";
import { sizeProblem, wildcardProblems } from "./policy-problems.ts";

/** The inline policies of a role, by name. */
export type RolePolicies = Readonly<Record<string, readonly Statement[]>>;

/** The policies as JSON. Throws with everything that is wrong with them. */
export function checkedPolicies(policies: RolePolicies, allowWildcard?: string): Record<string, string> {
    const named = Object.entries(policies);
    const documents = named.map(([, statements]) => policyDocument(statements));
    const tooLong = sizeProblem("policies", "inline", documents);
    const problems = [
        ...named.flatMap(([name, statements]) => wildcardProblems(`policies.${name}`, statements, allowWildcard)),
        ...(tooLong === undefined ? [] : [tooLong]),
    ];
    if (problems.length > 0) {
        throw new Error(problems.join("\n"));
    }
    return Object.fromEntries(named.map(([name], index) => [name, JSON.stringify(documents[index])]));
}
