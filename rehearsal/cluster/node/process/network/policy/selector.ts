import { type V1LabelSelector, type V1LabelSelectorRequirement } from "@kubernetes/client-node";

export type Labels = Readonly<Record<string, string>>;

/** Whether a label selector chooses an object. An empty selector chooses everything; one that is absent, nothing. */
export function selects(selector: V1LabelSelector | undefined, labels: Labels): boolean {
    if (selector === undefined) {
        return false;
    }
    const { matchLabels = {}, matchExpressions = [] } = selector;
    return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every((requirement) => holds(requirement, labels))
    );
}

function holds({ key, operator, values = [] }: V1LabelSelectorRequirement, labels: Labels): boolean {
    const value = labels[key];
    switch (operator) {
        case "In":
            return value !== undefined && values.includes(value);
        case "NotIn":
            return value === undefined || !values.includes(value);
        case "Exists":
            return value !== undefined;
        case "DoesNotExist":
            return value === undefined;
        default:
            throw new Error(
                `a label selector has the operator "${operator}" for "${key}": In, NotIn, Exists and DoesNotExist are known`,
            );
    }
}
