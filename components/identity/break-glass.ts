import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The account whose tokens open it. It has no right of its own. */
export const breakGlassAccount = "airflow-break-glass";

export interface BreakGlassArgs {
    /** Airflow's namespace, which the account is put into. */
    namespace: pulumi.Input<string>;

    /** The account of Airflow's API server, in the same namespace. */
    apiServerAccount: string;
}

/** Until when it is open, and why. */
export interface BreakGlassRules {
    /** A moment in UTC, as ISO 8601 has it. */
    readonly until: string;
    readonly reason: string;
}

/**
 * What a way in past the login's provider takes in the cluster: an account whose tokens Airflow's API server takes for an
 * administrator's, and the API server's right to have Kubernetes check them. Whoever may make tokens of that account may use
 * it, which nobody may but who administers the cluster.
 */
export class BreakGlass extends pulumi.ComponentResource {
    constructor(name: string, args: BreakGlassArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:BreakGlass", name, {}, opts);

        const { namespace, apiServerAccount } = args;

        new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata: { name: breakGlassAccount, namespace }, automountServiceAccountToken: false },
            { parent: this },
        );

        const role = new k8s.rbac.v1.ClusterRole(
            `${name}-role`,
            {
                metadata: { name: breakGlassAccount },
                rules: [{ apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] }],
            },
            { parent: this },
        );

        new k8s.rbac.v1.ClusterRoleBinding(
            `${name}-binding`,
            {
                metadata: { name: breakGlassAccount },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
                subjects: [{ kind: "ServiceAccount", name: apiServerAccount, namespace }],
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
