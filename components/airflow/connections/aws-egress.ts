import { type AwsAccount, serviceEndpoint } from "../../aws/account.ts";
import { credentialsEgress } from "../../aws/credentials-egress.ts";
import { type Egress, isMeshed, type NonEmpty, type Workload } from "../../connection.ts";
import { apiServer, databaseRole, triggerer } from "./workloads.ts";

/** What of AWS this Airflow uses, as far as it decides whom it calls. */
export interface AwsCalls {
    readonly account: AwsAccount;
    /** Whether pods ask the node's agent for their role's credentials, and not the token service. */
    readonly podIdentity: boolean;
    /** The bucket of tasks' logs. */
    readonly logBucket?: string | undefined;
    readonly platformSecrets: boolean;
    readonly taskSecrets: boolean;
    /** Whether a Job reads the database server's own password. */
    readonly databaseSecret: boolean;
    readonly tasks: NonEmpty<Workload>;
    /** Whether one triggerer runs the triggers of everybody who has none of their own. */
    readonly triggerer: boolean;
    /** What the tasks of teams use besides, with their team's role. Defaults to nothing. */
    readonly teams?: readonly TeamAwsCalls[];
}

/** What the tasks of one team use in AWS. */
export interface TeamAwsCalls {
    readonly tasks: Workload;
    /** Names of buckets. */
    readonly buckets: readonly string[];
    readonly secrets: boolean;
}

/** The endpoints that the roles of Airflow's parts are for, in their region, and nothing else of AWS. */
export function awsEgress(calls: AwsCalls): Egress[] {
    const { account, logBucket, platformSecrets, taskSecrets, databaseSecret, tasks, teams = [] } = calls;
    const components = [apiServer, ...(calls.triggerer ? [triggerer] : [])];
    const logs = logBucket === undefined ? [] : [...components, ...tasks];
    const secrets = [
        ...(platformSecrets ? components : []),
        ...(taskSecrets ? tasks : []),
        ...teams.filter((team) => team.secrets && !taskSecrets).map((team) => team.tasks),
        ...(databaseSecret ? [databaseRole] : []),
    ];
    const all = distinct([...logs, ...secrets, ...teams.map((team) => team.tasks)]).filter(isMeshed);
    const hosts = (
        name: string,
        from: readonly Workload[],
        [first, ...rest]: NonEmpty<string>,
        reason: Egress["reason"],
    ) =>
        withCallers(from, (callers) => ({
            name,
            from: callers,
            // An endpoint in the VPC gives the name an address there.
            to: { kind: "hosts", hosts: [first, ...rest], port: 443, named: true, private: true },
            reason,
        }));
    return [
        ...hosts("aws-logs", logs, bucketHosts(account, [logBucket ?? ""]), "Tasks' logs are kept in a bucket"),
        ...teams
            .filter(({ buckets }) => buckets.length > 0)
            .flatMap((team) =>
                hosts(
                    "aws-buckets",
                    [team.tasks],
                    bucketHosts(account, [...new Set(team.buckets)].sort()),
                    "The team's tasks use these buckets with the team's role",
                ),
            ),
        ...hosts(
            "aws-secrets",
            secrets,
            [serviceEndpoint(account, "secretsmanager")],
            "Connections, variables and the database's own password are in Secrets Manager",
        ),
        ...withCallers(all, (callers) => credentialsEgress(calls, callers)),
    ];
}

/** Buckets by each name that AWS's libraries call them by. */
function bucketHosts(account: AwsAccount, buckets: readonly string[]): NonEmpty<string> {
    const s3 = serviceEndpoint(account, "s3");
    // In the oldest region they still use the name from before there were others.
    const oldest = account.region === "us-east-1";
    return [s3, ...buckets.flatMap((bucket) => [`${bucket}.${s3}`, ...(oldest ? [`${bucket}.s3.amazonaws.com`] : [])])];
}

/** Each once, by what tells workloads apart. */
function distinct(workloads: readonly Workload[]): Workload[] {
    return [...new Map(workloads.map((each) => [`${each.namespace}/${each.name}`, each])).values()];
}

function withCallers(callers: readonly Workload[], row: (callers: NonEmpty<Workload>) => Egress): Egress[] {
    const [first, ...rest] = callers;
    return first === undefined ? [] : [row([first, ...rest])];
}
