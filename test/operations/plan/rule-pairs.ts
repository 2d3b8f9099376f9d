import { type Json, type Plan } from "../../../operations/plan/changes.ts";
import { keyOf, remove, set } from "./plans.ts";

/** How one revision differs from the other, for the stack whose recording both begin as. */
export interface Pair {
    readonly stack: "dev" | "prod.example";
    /** Makes the older revision, where it is not the recording itself. */
    readonly before?: (plan: Plan) => void;
    readonly after: (plan: Plan) => void;
    /** What a chart was seen to make otherwise, by the beginning of its release's key. */
    readonly rendered?: readonly [release: string, line: string];
}

const input =
    (part: string, path: readonly (string | number)[], value: Json | undefined) =>
    (plan: Plan): void => {
        set(plan, part, ["inputs", ...path], value);
    };

const policy = (...statements: Json[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (action: string, resource: string): Json => ({ Effect: "Allow", Action: [action], Resource: [resource] });
const tasksPolicy = "airflow-tasks-secrets-policy";
const wider = input(tasksPolicy, ["policy"], policy(allow("s3:GetObject", "arn:aws:s3:::other/*")));
const secretOnly = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:airflow-prod/tasks/*";

const callers = "mesh-policy-airflow-identities-api-server.8080.tasks";
const caller = (name: string | undefined): Json => [
    {
        kind: name === undefined ? "Namespace" : "ServiceAccount",
        ...(name === undefined ? {} : { name }),
        namespace: "x",
    },
];
const host = "mesh-policy-airflow-tls-route-outside.login";
const packets = "mesh-policy-airflow-network-to.api-server";
const rights = "proxy-check-role-airflow";
const rolesFor = (groups: Json): Json => [JSON.stringify({ rolesByGroup: groups })];
const login = (groups: Json) => input("login-settings", ["data", "login.json"], rolesFor(groups));
const deletes = (part: string) => (plan: Plan) => {
    remove(plan, part);
};
const creates = (key: string) => (plan: Plan) => {
    plan.resources[key] = { inputs: {} };
};
const certificate = "mesh-trust-identity-issuer";

/** For each rule, a pair of revisions that it must find. */
export const rulePairs: Readonly<Record<string, Pair>> = {
    "mesh-wildcard": { stack: "dev", after: input(callers, ["spec", "identityRefs"], caller(undefined)) },
    "mesh-wider": { stack: "dev", after: input(callers, ["spec", "identityRefs"], caller("new")) },
    "mesh-narrower": { stack: "dev", after: input(callers, ["spec", "identityRefs"], []) },
    "egress-wildcard": { stack: "prod.example", after: input(host, ["spec", "hostnames"], ["*"]) },
    "egress-wider": { stack: "prod.example", after: input(host, ["spec", "hostnames"], ["other.example.com"]) },
    "egress-narrower": { stack: "prod.example", after: deletes(host) },
    "network-wildcard": {
        stack: "dev",
        after: input(packets, ["spec", "ingress"], [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }]),
    },
    "network-wider": {
        stack: "dev",
        after: input(packets, ["spec", "ingress"], [{ from: [{ ipBlock: { cidr: "10.9.0.0/16" } }] }]),
    },
    "network-narrower": { stack: "dev", after: input(packets, ["spec", "ingress"], []) },
    "iam-wildcard": { stack: "prod.example", after: input(tasksPolicy, ["policy"], policy(allow("s3:*", "*"))) },
    "iam-wider": { stack: "prod.example", after: wider },
    "iam-narrower": { stack: "prod.example", after: input(tasksPolicy, ["policy"], policy()) },
    "cluster-wildcard": {
        stack: "dev",
        after: input(rights, ["rules"], [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]),
    },
    "cluster-wider": {
        stack: "dev",
        after: input(rights, ["rules"], [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }]),
    },
    "cluster-narrower": { stack: "dev", after: input(rights, ["rules"], []) },
    "people-wildcard": { stack: "dev", after: login({ "*": ["Viewer"] }) },
    "people-wider": { stack: "dev", after: login({ strangers: ["Admin"] }) },
    "people-narrower": { stack: "dev", after: login({}) },
    "mesh-refuses-less": {
        stack: "dev",
        after: input("mesh-policy-airflow-server-api-server.8080 (", ["spec", "accessPolicy"], "audit"),
    },
    "refuses-less": {
        stack: "prod.example",
        after: input("(aws:eks/cluster:Cluster)", ["vpcConfig", "publicAccessCidrs"], ["0.0.0.0/0"]),
    },
    "refuses-more": {
        stack: "prod.example",
        after: input(
            tasksPolicy,
            ["policy"],
            policy(allow("secretsmanager:GetSecretValue", secretOnly), {
                Effect: "Deny",
                Action: ["s3:*"],
                Resource: ["*"],
            }),
        ),
    },
    "data-deleted": { stack: "prod.example", after: deletes("(aws:rds/instance:Instance)") },
    "data-replaced": { stack: "prod.example", after: input("(aws:s3/bucket:Bucket)", ["bucket"], "another-bucket") },
    "protection-dropped": {
        stack: "prod.example",
        after: (plan) => {
            set(plan, "(aws:rds/instance:Instance)", ["protect"], undefined);
        },
    },
    "retention-shorter": {
        stack: "prod.example",
        after: input("(aws:rds/instance:Instance)", ["backupRetentionPeriod"], 1),
    },
    "retention-longer": {
        stack: "prod.example",
        after: input("(aws:rds/instance:Instance)", ["backupRetentionPeriod"], 30),
    },
    "root-dropped": { stack: "dev", after: deletes("mesh-trust-root-g1-trusted") },
    "team-removed": { stack: "dev", after: deletes("team-billing (airflow-linkerd:index:TeamNamespace)") },
    "team-added": { stack: "dev", after: creates("team-new (airflow-linkerd:index:TeamNamespace)") },
    "version-changed": { stack: "dev", after: input("linkerd-crds", ["version"], "2099.1.1") },
    "lifetime-changed": { stack: "dev", after: input(certificate, ["spec", "duration"], "24h") },
    "nodes-replaced": {
        stack: "prod.example",
        after: input("cluster-nodes-platform-template", ["tagSpecifications", 0, "tags", "owner"], "others"),
    },
    "nodes-drift": {
        stack: "prod.example",
        after: input("task-nodes-class", ["spec", "tags", "owner"], "others"),
    },
    maintenance: {
        stack: "prod.example",
        after: input("(aws:rds/instance:Instance)", ["instanceClass"], "db.m7g.xlarge"),
    },
    restart: {
        stack: "dev",
        after: input("team-billing-triggerer-deployment", ["spec", "template", "spec", "hostname"], "other"),
    },
    "chart-values": { stack: "dev", after: input("linkerd-crds", ["values", "installGatewayAPI"], true) },
    "chart-objects": {
        stack: "dev",
        after: input("linkerd-crds", ["values", "installGatewayAPI"], true),
        rendered: ["linkerd-crds", "Deployment linkerd/linkerd-destination: spec.replicas: 1 → 3"],
    },
    replaced: { stack: "dev", after: input(certificate, ["metadata", "name"], "another") },
    "outputs-changed": {
        stack: "dev",
        after: (plan) => {
            plan.outputs = { ...(plan.outputs as Record<string, Json>), airflowUrl: "https://other.example.com" };
        },
    },
    created: { stack: "dev", after: creates("new (kubernetes:core/v1:ServiceAccount)") },
    deleted: { stack: "dev", after: deletes("airflow-database-postgres-service") },
    component: { stack: "dev", after: creates("new (airflow-linkerd:index:Login)") },
    tags: { stack: "prod.example", after: input("network-vpc", ["tags", "owner"], "someone") },
    order: {
        stack: "dev",
        after: (plan) => {
            set(plan, keyOf(plan, "airflow-namespace"), ["dependsOn"], ["linkerd-crds"]);
        },
    },
    unexplained: {
        stack: "dev",
        after: input("airflow-database-cleanup-account", ["automountServiceAccountToken"], true),
    },
};
