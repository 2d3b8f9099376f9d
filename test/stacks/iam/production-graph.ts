import { type PolicyDocument } from "../../../components/aws/policy-document.ts";
import { serviceBoundaryName, workloadBoundaryName } from "../../../examples/bootstrap/names.ts";
import { serviceBoundary } from "../../../examples/bootstrap/boundaries/service-boundary.ts";
import { workloadBoundary } from "../../../examples/bootstrap/boundaries/workload-boundary.ts";
import { type Property, type PropertyMap } from "../../../rehearsal/engine/values/property.ts";
import { account } from "../../../rehearsal/providers/aws/made-up.ts";
import { only } from "../../golden/order.ts";
import { type Changes, recordProduction } from "../../golden/production.ts";
import { madeAtAws, type Recording } from "../../../rehearsal/recording/recording.ts";
import { type AirflowArns } from "./airflow-matrix.ts";
import { identitiesOf, type Identity, resourcePoliciesOf } from "../../support/iam/identities.ts";

export const region = "eu-central-1";

/** The state of stacks, and the keys of that, as the example's file and the bootstrap have it. */
export const state = "arn:aws:s3:::airflow-linkerd-state-123456789012";
export const stateKey = `arn:aws:kms:${region}:${account}:key/state`;

/** Whose text the stack does not have: examples/bootstrap makes them. */
export const accountBoundaries = {
    workloads: `arn:aws:iam::${account}:policy/${workloadBoundaryName("prod")}`,
    services: `arn:aws:iam::${account}:policy/${serviceBoundaryName("prod")}`,
} as const;

/** A production stack as IAM sees it. */
export interface ProductionGraph {
    readonly recording: Recording;
    /** By whom each trusts. */
    readonly roles: ReadonlyMap<string, Identity>;
    readonly resourcePolicies: ReadonlyMap<string, PolicyDocument>;
    readonly arns: ProductionArns;
    /** Of the cluster's IAM OIDC provider. */
    readonly oidcProvider: string;
}

export interface ProductionArns extends AirflowArns {
    readonly flowLogs: string;
    readonly flowLogsKey: string;
    readonly clusterLogs: string;
    readonly clusterLogsKey: string;
    readonly clusterSecretsKey: string;
    readonly databaseLogs: string;
    readonly vpc: string;
    /** With the host names. */
    readonly zone: string;
    readonly clusterSecurityGroup: string;
    /** Of the role of nodes. */
    readonly nodeRole: string;
    /** The queue of AWS's warnings about nodes. */
    readonly interruptions: string;
}

export async function productionGraph(changes: Changes, secretsKey: string): Promise<ProductionGraph> {
    const recording = await recordProduction(changes);
    const made = (name: string) => madeAtAws(only(recording, name));
    const arn = (name: string) => String(made(name).arn);
    const server = recording.resources.find(({ type }) => /^aws:rds\/(instance:Instance|cluster:Cluster)$/.test(type));
    const database = made(server?.name ?? "");
    const zoneId = String(only(recording, "entrance-records-airflow").inputs.zoneId);
    const guarded = { accountId: account, bucketArn: state, keyArns: [stateKey] };
    const surroundings = {
        made: madeAtAws,
        policies: new Map([
            [
                accountBoundaries.workloads,
                asKept(workloadBoundary(guarded, { services: [], assumableRoleArns: [], zoneIds: [zoneId] })),
            ],
            [accountBoundaries.services, asKept(serviceBoundary(guarded, { region, cluster: "airflow-prod" }))],
        ]),
    };
    const identities = [...identitiesOf(recording.resources, surroundings).values()];
    return {
        recording,
        roles: new Map(identities.map((role) => [whomItTrusts(role), role])),
        resourcePolicies: resourcePoliciesOf(recording.resources, surroundings),
        oidcProvider: arn("cluster-control-plane-oidc"),
        arns: {
            account: { id: account, region, partition: "aws" },
            cluster: arn("cluster-control-plane-cluster"),
            logs: arn("task-logs-logs-bucket"),
            logsPrefix: "airflow",
            logsKey: arn("task-logs-key-key"),
            state,
            platformSecrets: "airflow-prod/platform",
            taskSecrets: "airflow-prod/tasks",
            secretsKey,
            database: String(database.arn),
            databaseKey: arn("database-key-key"),
            masterSecret: masterSecretOf(database),
            flowLogs: arn("network-flow-logs-logs-group"),
            flowLogsKey: arn("network-flow-logs-logs-encryption-key"),
            clusterLogs: arn("cluster-control-plane-logs-group"),
            clusterLogsKey: arn("cluster-control-plane-logs-encryption-key"),
            clusterSecretsKey: arn("cluster-control-plane-secrets-key"),
            databaseLogs: arn("database-log-postgresql"),
            vpc: arn("network-vpc"),
            zone: `arn:aws:route53:::hostedzone/${zoneId}`,
            clusterSecurityGroup: `arn:aws:ec2:${region}:${account}:security-group/${clusterGroupOf(made("cluster-control-plane-cluster"))}`,
            nodeRole: arn("cluster-nodes-instances-role"),
            interruptions: arn("cluster-nodes-karpenter-interruptions-queue"),
        },
    };
}

/** A service account as `namespace/name`, or the name of a service: what tells the roles of a stack apart. */
function whomItTrusts({ name, trust }: Identity): string {
    const [statement, ...others] = trust.Statement;
    if (statement === undefined || others.length > 0) {
        throw new Error(`${name} has ${trust.Statement.length} statements of trust: each role here has one`);
    }
    const { Principal, Condition } = statement as { Principal: { Service?: string[] }; Condition?: Conditions };
    const equals = Object.entries(Condition?.StringEquals ?? {});
    const of = (key: string) => equals.find(([each]) => each.endsWith(key))?.[1].join();
    const subject = of(":sub")?.replace("system:serviceaccount:", "").replace(":", "/");
    const [namespace, account] = [of("/kubernetes-namespace"), of("/kubernetes-service-account")];
    return subject ?? (account === undefined ? (Principal.Service ?? []).join() : `${namespace}/${account}`);
}

/** A policy of the bootstrap, which has types of its own. */
const asKept = (policy: object) => JSON.parse(JSON.stringify(policy)) as PolicyDocument;

type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

function clusterGroupOf({ vpcConfig }: PropertyMap): string {
    return String((vpcConfig as PropertyMap).clusterSecurityGroupId);
}

function masterSecretOf({ masterUserSecrets }: PropertyMap): string {
    const [secret] = masterUserSecrets as Property[];
    return String((secret as PropertyMap).secretArn);
}
