// Every name is known before anything is made, so that policies are text that a preview shows.

/** Pulumi's name for the platform's own program, which decides where its state lies in the bucket. */
const platformProject = "airflow-linkerd";

/** Begins the name of everything that is made here, so that no deployment may touch it. */
export const reservedPrefix = "airflow-linkerd-";

export function stateBucketName(accountId: string): string {
    return `${reservedPrefix}state-${accountId}`;
}

export const previewRoleName = `${reservedPrefix}preview`;

export function deployRoleName(environment: string): string {
    return `${reservedPrefix}deploy-${environment}`;
}

/** The role that looks whether what an environment has is what was deployed. */
export function driftRoleName(environment: string): string {
    return `${reservedPrefix}drift-${environment}`;
}

/** The environment on GitHub whose jobs get that role. It is another, because nobody is there at night to approve. */
export function driftEnvironment(environment: string): string {
    return `${environment}-drift`;
}

/** The boundary that every role of a service account in an environment's stack carries. */
export function workloadBoundaryName(environment: string): string {
    return `${reservedPrefix}boundary-${environment}`;
}

/** The boundary that the cluster's own roles carry. */
export function serviceBoundaryName(environment: string): string {
    return `${reservedPrefix}service-boundary-${environment}`;
}

/** The platform's roles of nodes. */
export function nodeRoleNames(cluster: string): string[] {
    return ["nodes", "auto-mode-nodes"].map((purpose) => `${cluster}-${purpose}`);
}

/** The platform's roles for AWS's services and for the cluster's own parts: all that are no workload's. */
export function serviceRoleNames(cluster: string): string[] {
    return [
        ...nodeRoleNames(cluster),
        ...[
            "control-plane",
            "vpc-cni",
            "aws-ebs-csi-driver",
            "karpenter",
            "load-balancer-controller",
            "flow-logs",
            "rds-monitoring",
        ].map((purpose) => `${cluster}-${purpose}`),
    ];
}

export const stateAlias = `alias/${reservedPrefix}state`;

export function secretsAlias(environment: string): string {
    return `alias/${reservedPrefix}secrets-${environment}`;
}

/** What `pulumi login` takes. */
export function backendUrl(accountId: string, region: string): string {
    return `s3://${stateBucketName(accountId)}?region=${region}`;
}

/** What `pulumi stack init --secrets-provider` takes. */
export function secretsProviderUrl(environment: string, region: string): string {
    return `awskms://${secretsAlias(environment)}?region=${region}`;
}

/**
 * What of a stack lies in the bucket: its state, with backups of it, its history, the journal of a running update and its
 * locks. Read from the layout of Pulumi's own storage in a bucket (pkg/backend/diy, version 1 of the layout).
 */
export function stackObjects(stack: string): string[] {
    return [
        `.pulumi/stacks/${platformProject}/${stack}.*`,
        `.pulumi/backups/${platformProject}/${stack}/*`,
        `.pulumi/history/${platformProject}/${stack}/*`,
        `.pulumi/journal/${platformProject}/${stack}/*`,
        `.pulumi/locks/organization/${platformProject}/${stack}/*`,
    ];
}

/** Says which layout the bucket has. Read by every command. */
export const layoutObject = ".pulumi/meta.yaml";
