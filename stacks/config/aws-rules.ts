import { DatabaseKind } from "../../components/airflow/database/database.ts";
import { knowsRdsAuthority } from "../../components/airflow/rds/rds-authority.ts";
import { tagProblems } from "../../components/aws/resource-tags.ts";
import { type checkedAirflow } from "./airflow-rules.ts";
import { type CheckedCluster } from "./cluster-rules.ts";
import { ClusterKind, NetworkKind } from "./cluster-schema.ts";
import { type KeyPath, type Refuse, type Report } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";
import { TaskLogsKind } from "./task-logs-schema.ts";

interface Sections {
    readonly cluster: CheckedCluster;
    readonly airflow: ReturnType<typeof checkedAirflow>;
}

/** Takes a key of the stack, its value, and the rule with the way out. */
type RefuseAnywhere = (path: KeyPath, value: unknown, ruleAndWayOut: string) => void;

/** What the sections of a stack need of each other in AWS. */
export function checkAws({ cluster, airflow }: Sections, refuse: RefuseAnywhere): void {
    const { database, logs, secrets } = airflow;
    const aws = cluster.kind === ClusterKind.eks ? cluster : cluster.aws;
    if (aws === undefined) {
        const wayOut =
            "that is in AWS, and cluster names no account there. Name it in cluster.aws, or choose something else.";
        if (database.kind === DatabaseKind.rds) {
            refuse(["airflow", "database", "kind"], database.kind, wayOut);
        }
        if (logs?.kind === TaskLogsKind.s3) {
            refuse(["airflow", "logs", "kind"], logs.kind, wayOut);
        }
        if (secrets !== undefined) {
            refuse(["airflow", "secrets"], secrets, wayOut);
        }
        return;
    }
    if (database.kind === DatabaseKind.rds) {
        checkDatabaseNetwork(cluster, refuse);
        if (database.authorityPem === undefined && !knowsRdsAuthority(aws.region)) {
            refuse(
                ["airflow", "database", "authorityFile"],
                undefined,
                `the roots that sign the certificates of RDS in ${aws.region} are not known here. Put AWS's bundle for ` +
                    `that region into a file, and name it; a path starts at the project.`,
            );
        }
    }
}

function checkDatabaseNetwork(cluster: Sections["cluster"], refuse: RefuseAnywhere): void {
    const [path, place] =
        cluster.kind === ClusterKind.eks
            ? [["cluster", "network"], cluster.network]
            : [["cluster", "aws"], cluster.aws];
    if (place === undefined || ("kind" in place && place.kind === NetworkKind.new)) {
        return;
    }
    const { vpcId, databaseSubnetIds } = place;
    if (vpcId === undefined) {
        refuse([...path, "vpcId"], vpcId, "the database has to be somewhere. Name the cluster's VPC.");
    }
    if (databaseSubnetIds.length < 2) {
        refuse(
            [...path, "databaseSubnetIds"],
            databaseSubnetIds,
            "RDS wants private subnets in two zones at least, for a standby. Name them.",
        );
    }
}

export function checkedTags(tags: ParsedConfig["tags"], _refuse: Refuse, report: Report) {
    report(tagProblems("tags", tags));
    return tags;
}
