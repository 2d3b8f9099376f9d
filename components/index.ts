// What other programs may use. Names are chosen one by one, and each noun has an example in examples/nouns. What has to do
// with AWS is left out: it would load the whole of AWS's package into every program.

export { Airflow } from "./airflow/airflow.ts";
export { type AirflowArgs, type TeamTasks } from "./airflow/airflow-args.ts";
export { AirflowNamespace, type AirflowNamespaceArgs } from "./airflow/airflow-namespace.ts";

export { type NonEmpty, Protocol, type Reason, type Requests, type Workload } from "./connection.ts";
export { type Connection, type ConnectionTable, type Egress } from "./connection.ts";

export { Login, type LoginArgs } from "./identity/login.ts";

export { readManifest } from "./manifest.ts";

export { AllowCaller, type AllowCallerArgs, type TeamCall } from "./mesh/callers/allow-caller.ts";
export { CertManager, type CertManagerArgs } from "./mesh/cert-manager.ts";
export { GatewayApi, type GatewayApiArgs } from "./mesh/gateway-api.ts";
export { Linkerd, type LinkerdArgs } from "./mesh/linkerd.ts";
export { LinkerdViz, type LinkerdVizArgs } from "./mesh/linkerd-viz.ts";
export { MeshNamespaces, type MeshNamespacesArgs } from "./mesh/mesh-namespaces.ts";
export { inboundPolicy } from "./mesh/policy/inbound-policy.ts";
export { MeshPolicy, type MeshPolicyArgs } from "./mesh/policy/mesh-policy.ts";
export { PolicyMode } from "./mesh/policy/objects/server.ts";
export { policyObjects, type PolicySettings } from "./mesh/policy/policy-objects.ts";
export { MeshTrust, type MeshTrustArgs } from "./mesh/trust/mesh-trust.ts";

export { PlatformReference, type PlatformReferenceArgs, TasksReference } from "./platform/platform-reference.ts";

export { TeamExecutor, type TeamExecutorArgs } from "./teams/executor/team-executor.ts";
export { TeamNamespace, type TeamNamespaceArgs } from "./teams/team-namespace.ts";
