import { ownersAnnotation, teamLabel } from "../team-names.ts";
import { chain, chainRules, entryRules, tokenRules } from "./chain-rules.ts";
import { confinementRules } from "./confinement-rules.ts";
import { launchedPodRules, launchedPodVariables } from "./launched-pod-rules.ts";
import { podRules, type PodRulesArgs, podVariables } from "./pod-rules.ts";
import { type Rule, text, type Variables } from "./rule.ts";

interface ResourceRule {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly operations: readonly string[];
    readonly resources: readonly string[];
}

/** A ValidatingAdmissionPolicy, by the last part of its name. */
export interface GatePolicy {
    readonly name: string;
    readonly spec: {
        readonly failurePolicy: "Fail";
        readonly matchConstraints: {
            readonly namespaceSelector: object;
            readonly resourceRules: readonly ResourceRule[];
        };
        readonly variables: readonly { readonly name: string; readonly expression: string }[];
        readonly validations: readonly { readonly expression: string; readonly messageExpression: string }[];
    };
}

/** Every policy of the gate, the same for each team: what differs is read from its namespace. */
export function gatePolicies(args: PodRulesArgs): GatePolicy[] {
    return [
        policy(
            "pods",
            [on([""], ["pods"], "CREATE", "UPDATE")],
            [...podRules(args), ...confinementRules(args.proxyImage)],
            podVariables(args),
        ),
        policy(
            "launched",
            [on([""], ["pods"], "CREATE", "UPDATE", "DELETE")],
            launchedPodRules,
            launchedPodVariables(),
        ),
        policy(
            "entry",
            [
                on(
                    [""],
                    ["pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers"],
                    "CONNECT",
                    "UPDATE",
                ),
            ],
            entryRules,
        ),
        policy("tokens", [on([""], ["serviceaccounts/token"], "CREATE")], tokenRules),
        policy(
            "chain",
            chain.map(({ apiGroups, resources }) => on(apiGroups, resources, "CREATE", "UPDATE", "DELETE")),
            chainRules,
        ),
    ];
}

function on(apiGroups: readonly string[], resources: readonly string[], ...operations: string[]): ResourceRule {
    return { apiGroups, apiVersions: ["*"], operations, resources };
}

function policy(
    name: string,
    resourceRules: readonly ResourceRule[],
    rules: readonly Rule[],
    variables: Variables = {},
): GatePolicy {
    const all = {
        team: `namespaceObject.metadata.labels[${text(teamLabel)}]`,
        owners: `namespaceObject.metadata.annotations[?${text(ownersAnnotation)}].orValue("the platform's engineers")`,
        ...variables,
    };
    return {
        name,
        spec: {
            failurePolicy: "Fail",
            matchConstraints: {
                namespaceSelector: { matchExpressions: [{ key: teamLabel, operator: "Exists" }] },
                resourceRules,
            },
            variables: Object.entries(all).map(([variable, expression]) => ({ name: variable, expression })),
            validations: rules.map(({ allowed, message }) => ({
                expression: allowed,
                messageExpression: `"team " + variables.team + ": " + ${message} + ". Ask " + variables.owners + "."`,
            })),
        },
    };
}
