import { at, canonical, isMap, items, type Json } from "../changes.ts";

/** What an IAM policy says, statement by statement. */
function statements(policy: Json | undefined): Json[] {
    if (policy === undefined || policy === null) {
        return [];
    }
    const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as Json;
    const given = at(document, "Statement");
    return isMap(given) ? [given] : items(given);
}

const list = (value: Json | undefined): string[] =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((item) =>
        typeof item === "string" ? item : canonical(item),
    );

/** A pattern in the service, the account or the whole name, which takes in what nobody has named. */
function isWide(resource: string): boolean {
    return (
        resource === "*" ||
        /^arn:(?:[^:]*:){0,3}[^:]*\*[^:]*:/.test(resource) ||
        /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource)
    );
}

/** Each pair of an action and a resource that a policy allows, with the conditions on it. */
export function policyGrants(policy: Json | undefined): { readonly text: string; readonly wildcard: boolean }[] {
    return statements(policy)
        .filter((statement) => at(statement, "Effect") === "Allow")
        .flatMap((statement) => {
            const excepting = ["NotAction", "NotResource", "NotPrincipal"].filter(
                (key) => at(statement, key) !== undefined,
            );
            const principal = at(statement, "Principal");
            const condition = at(statement, "Condition");
            const who = principal === undefined ? "" : ` by ${canonical(principal)}`;
            const when = condition === undefined ? "" : ` if ${canonical(condition)}`;
            const anyone = canonical(principal).includes('"*"') && condition === undefined;
            if (excepting.length > 0) {
                return [{ text: `all but: ${canonical(statement)}`, wildcard: true }];
            }
            const resources = list(at(statement, "Resource"));
            return list(at(statement, "Action")).flatMap((action) =>
                (resources.length === 0 ? ["itself"] : resources).map((resource) => ({
                    text: `${action} on ${resource}${who}${when}`,
                    // A policy on a key or a bucket is about that one, whatever it calls it.
                    wildcard: anyone || (principal === undefined && (action.includes("*") || isWide(resource))),
                })),
            );
        });
}

/** What a policy denies, which no other policy can then allow. */
export function policyRefusals(policy: Json | undefined): string[] {
    return statements(policy)
        .filter((statement) => at(statement, "Effect") === "Deny")
        .map((statement) => `denies ${canonical(statement)}`);
}
