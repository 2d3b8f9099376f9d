/** An object of `rbac.authorization.k8s.io/v1`. */
export interface AccessObject {
    readonly apiVersion: string;
    readonly kind: "ClusterRole" | "ClusterRoleBinding" | "Role" | "RoleBinding";
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly [field: string]: unknown;
}

/** The names under which the rehearsal's own programs call the API server, in their client certificates. */
export const NODE_GROUP = "rehearsal:nodes";
export const CONTROLLER_GROUP = "rehearsal:chart-controllers";

const READ = ["get", "list", "watch"];

/** What those programs may do. Kubernetes' own are known to RBAC from the start. */
export function accessObjects(): AccessObject[] {
    return [
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "rehearsal-node" },
            rules: [
                { apiGroups: [""], resources: ["nodes"], verbs: [...READ, "create", "patch"] },
                { apiGroups: [""], resources: ["nodes/status", "pods/status"], verbs: ["patch"] },
                { apiGroups: [""], resources: ["pods"], verbs: [...READ, "delete"] },
                {
                    apiGroups: [""],
                    resources: ["configmaps", "secrets", "persistentvolumeclaims", "services"],
                    verbs: READ,
                },
                { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
                { apiGroups: [""], resources: ["namespaces"], verbs: READ },
                { apiGroups: ["policy.linkerd.io"], resources: ["servers"], verbs: READ },
                { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
                { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
                { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...READ, "create", "delete"] },
                { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
                { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "create", "patch"] },
            ],
        },
        binding("ClusterRoleBinding", "rehearsal-node", undefined, "ClusterRole", NODE_GROUP),
        role("rehearsal-node-leases", "kube-node-lease", [
            { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "create", "patch"] },
        ]),
        binding("RoleBinding", "rehearsal-node-leases", "kube-node-lease", "Role", NODE_GROUP),
        // A namespace of the program's own, so a Role there would go and come with it: the injector's parameter is
        // named here instead. RBAC cannot limit a create to a name.
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "rehearsal-injector-bundle" },
            rules: [
                { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
                {
                    apiGroups: [""],
                    resources: ["configmaps"],
                    resourceNames: ["linkerd-injector-bundle"],
                    verbs: ["patch", "update", "delete"],
                },
            ],
        },
        binding("ClusterRoleBinding", "rehearsal-injector-bundle", undefined, "ClusterRole", NODE_GROUP),
        // In a cluster these run under the accounts and roles that their charts make. Here they are started before the
        // charts are there, and run outside of any pod that such an account could be given to.
        {
            ...binding("ClusterRoleBinding", "rehearsal-chart-controllers", undefined, "ClusterRole", CONTROLLER_GROUP),
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        },
    ];
}

function role(name: string, namespace: string, rules: object[]): AccessObject {
    return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name, namespace }, rules };
}

function binding(
    kind: "ClusterRoleBinding" | "RoleBinding",
    name: string,
    namespace: string | undefined,
    roleKind: string,
    group: string,
): AccessObject {
    return {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind,
        metadata: { name, namespace },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: roleKind, name },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
    };
}
