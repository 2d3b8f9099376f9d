import { type Rule } from "./rule.ts";

/** A kind of object that makes a team's chain, by the API group that has it. */
export interface Chain {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
}

/** Objects that say what a team is and may do. Linkerd's policies are among them. */
export const chain: readonly Chain[] = [
    {
        apiGroups: [""],
        resources: [
            "serviceaccounts",
            "resourcequotas",
            "limitranges",
            "secrets",
            "configmaps",
            "services",
            "endpoints",
        ],
    },
    { apiGroups: ["apps"], resources: ["deployments", "replicasets", "statefulsets", "daemonsets"] },
    { apiGroups: ["batch"], resources: ["jobs", "cronjobs"] },
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"] },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies", "ingresses"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
    { apiGroups: ["policy.linkerd.io", "gateway.networking.k8s.io"], resources: ["*"] },
];

/**
 * Whoever may delete namespaces is the platform: this asks the API server's own authorizer, so that no name has to be known.
 * Kubernetes' controllers write what they own: quotas' use, the root certificate, endpoints.
 */
const platform =
    `authorizer.group("").resource("namespaces").check("delete").allowed() || ` +
    `request.userInfo.username.startsWith("system:serviceaccount:kube-system:") || ` +
    `request.userInfo.username in ["system:kube-controller-manager", "system:apiserver"]`;

export const chainRules: readonly Rule[] = [
    {
        allowed: platform,
        message: `request.userInfo.username + " may not change " + request.resource.resource + " here: they come from the platform's config"`,
    },
];

/** A node asks for the tokens of the pods that run on it. */
export const tokenRules: readonly Rule[] = [
    {
        allowed: `"system:nodes" in request.userInfo.groups || ${platform}`,
        message: `request.userInfo.username + " may not ask for a token of another account: only a node does, for its pods"`,
    },
];

/** Nobody enters a task: whoever does has its identity, and no trace says who it was. */
export const entryRules: readonly Rule[] = [
    {
        allowed: "false",
        message: `"nobody enters a task's pod: " + request.subResource + " is refused to everybody. Read its log instead"`,
    },
];
