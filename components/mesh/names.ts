/** Names that Linkerd's charts and cert-manager look for, and that two parts of the mesh room must agree on. */

export const certManagerNamespace = "cert-manager";
export const linkerdNamespace = "linkerd";
export const vizNamespace = "linkerd-viz";

/** The Service of Linkerd's dashboard. */
export const dashboard = { service: "web", port: 8084 } as const;

/** On the namespace where Linkerd's trust roots are written. */
export const controlPlaneLabels = { "linkerd.io/is-control-plane": "true" } as const;

/** On what is the stack's where nothing else tells it from somebody else's: cert-manager's namespace, or a controller in theirs. */
export const ownLabels = { "airflow-linkerd.io/part-of": "mesh" } as const;

/** On each ConfigMap with a root that every proxy trusts. */
export const trustedLabels = { "airflow-linkerd.io/trust": "trusted" } as const;
