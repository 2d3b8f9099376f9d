/** A Kubernetes object that says who may do what, as it is applied. */
export interface PolicyObject<Kind extends string = string, Spec = unknown> {
    readonly apiVersion: string;
    readonly kind: Kind;
    readonly metadata: {
        readonly name: string;
        readonly namespace: string;
        readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec: Spec;
}

/** Linkerd's own group, which most references name. */
export const linkerdGroup = "policy.linkerd.io";

/** Why the object is there, for whoever finds it in the cluster. */
export function because(reason: string): Readonly<Record<string, string>> {
    return { "airflow-linkerd.io/reason": reason };
}
