import assert from "node:assert/strict";

import { certificate } from "../../certificate.ts";
import { eks } from "./eks-section.ts";
import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";

const rds = { kind: "rds" };
const withoutAccessLogs = "CloudTrail records who reads objects";

/** Proves that these are all the problems of Airflow's section, in a stack whose cluster is in AWS. */
function refusesAirflow(more: object, ...problems: string[]): void {
    refuses(
        problems.map((text) => `airflow-linkerd:airflow.${text}`),
        { cluster: eks, airflow: { database: rds, ...more } },
    );
}

describe("Airflow's data in AWS", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("needs no more than to be asked for, but for who reads the logs", () => {
        const { database, logs, secrets } = config({
            cluster: eks,
            airflow: {
                database: rds,
                logs: { kind: "s3", withoutAccessLogs },
                secrets: { tasksPath: "airflow/tasks" },
            },
        }).airflow;
        assert.deepEqual(database, {
            kind: "rds",
            engine: "postgresql",
            sizes: {},
            authorityPem: undefined,
            applyChanges: "window",
            version: "17",
            allowUpgrade: false,
            passwordGeneration: 1,
        });
        assert.deepEqual(logs, {
            kind: "s3",
            bucketName: undefined,
            accessLogs: { none: withoutAccessLogs },
            objectLock: undefined,
            retention: {},
        });
        assert.deepEqual(secrets, { tasksPath: "airflow/tasks" });
    });

    it("in a cluster that is there has a boundary for RDS's own role where workloads have one", () => {
        const aws = {
            accountId: "123456789012",
            region: "eu-central-1",
            name: "my-cluster",
            vpcId: "vpc-0123456789abcdef0",
            databaseSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
        };
        const bounded = (database: object, more = {}) => ({
            cluster: { kind: "existing", aws: { ...aws, ...more } },
            airflow: { database },
        });
        refuses(
            [
                "airflow-linkerd:cluster.aws.serviceBoundaryArn is missing: permissionsBoundaryArn bounds workloads, and the " +
                    "cluster's own roles need another boundary. Name it; the bootstrap prints it.",
            ],
            bounded(rds),
        );
        const serviceBoundaryArn = "arn:aws:iam::123456789012:policy/boundary-of-services";
        assert.ok(config(bounded(rds, { serviceBoundaryArn })));
        assert.ok(config(bounded({ kind: "in-cluster" })), "no role of a service is made");
    });

    it("is as the stack says", () => {
        project.write("rds.pem", certificate);
        const retention = { infrequentAccessAfterDays: 30, expireAfterDays: "never", keepOldVersionsDays: 1 };
        const sizes = {
            instanceClass: "db.m7g.large",
            storageGb: 100,
            maxStorageGb: 110,
            backupWindow: "23:00-00:30",
            maintenanceWindow: "sat:23:30-sun:00:30",
        };
        const { database, logs } = config({
            cluster: eks,
            airflow: {
                database: { ...rds, engine: "aurora", ...sizes, authorityFile: "rds.pem", passwordGeneration: 2 },
                logs: {
                    kind: "s3",
                    accessLogBucket: "access",
                    objectLock: { mode: "governance", days: 90 },
                    ...retention,
                },
            },
        }).airflow;
        assert.deepEqual(database, {
            kind: "rds",
            engine: "aurora",
            sizes,
            authorityPem: certificate,
            applyChanges: "window",
            version: "17",
            allowUpgrade: false,
            passwordGeneration: 2,
        });
        assert.deepEqual(logs, {
            kind: "s3",
            bucketName: undefined,
            accessLogs: { bucketName: "access" },
            objectLock: { mode: "governance", days: 90 },
            retention,
        });
    });

    it("is refused in a stack whose cluster names no account", () => {
        const rule =
            "that is in AWS, and cluster names no account there. Name it in cluster.aws, or choose something else.";
        refuses(
            [
                `airflow-linkerd:airflow.database.kind is "rds": ${rule}`,
                `airflow-linkerd:airflow.logs.kind is "s3": ${rule}`,
                `airflow-linkerd:airflow.secrets is a map: ${rule}`,
            ],
            { airflow: { database: rds, logs: { kind: "s3", withoutAccessLogs }, secrets: { tasksPath: "a" } } },
        );
    });

    describe("in a database of RDS, is refused", () => {
        it("without subnets for it, in a network or beside a cluster that is there", () => {
            const rule = "RDS wants private subnets in two zones at least, for a standby. Name them.";
            const network = {
                kind: "existing",
                vpcId: "vpc-0123456789abcdef0",
                nodeSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                databaseSubnetIds: ["subnet-0123456789abcdef2"],
            };
            refuses([`airflow-linkerd:cluster.network.databaseSubnetIds is ["subnet-0123456789abcdef2"]: ${rule}`], {
                cluster: { ...eks, network },
                airflow: { database: rds },
            });
            refuses(
                [
                    "airflow-linkerd:cluster.aws.vpcId is missing: the database has to be somewhere. Name the cluster's VPC.",
                    `airflow-linkerd:cluster.aws.databaseSubnetIds is an empty list: ${rule}`,
                ],
                {
                    cluster: {
                        kind: "existing",
                        aws: { accountId: "123456789012", region: "eu-central-1", name: "shared" },
                    },
                    airflow: { database: rds },
                },
            );
        });

        it("in a region whose roots nobody here knows, unless the stack brings them", () => {
            const cluster = { ...eks, region: "cn-north-1" };
            refuses(
                [
                    "airflow-linkerd:airflow.database.authorityFile is missing: the roots that sign the certificates of RDS in cn-north-1 are not known here. Put AWS's bundle for that region into a file, and name it; a path starts at the project.",
                ],
                { cluster, airflow: { database: rds } },
            );
            project.write("rds.pem", certificate);
            const { database } = config({
                cluster,
                airflow: { database: { ...rds, authorityFile: "rds.pem" } },
            }).airflow;
            assert.ok(database.kind === "rds");
            assert.equal(database.authorityPem, certificate);
        });

        it("with an authority that is not there, or is none", () => {
            const wayOut =
                "Put the certificate of the authority that signed the server's there, as PEM; a path starts at the project.";
            const database = { ...rds, authorityFile: "rds.pem" };
            refusesAirflow({ database }, `database.authorityFile is "rds.pem": there is no such file. ${wayOut}`);
            project.write("rds.pem", "hunter2");
            refusesAirflow({ database }, `database.authorityFile is "rds.pem": the file is no certificate. ${wayOut}`);
        });

        it("of a kind or a size that RDS has not", () => {
            refusesAirflow(
                { database: { ...rds, engine: "mysql", instanceClass: "m7g.large" } },
                'database.engine is "mysql": it must be postgresql or aurora. Correct it.',
                'database.instanceClass is "m7g.large": it must be a class of instance, such as "db.m7g.large". Correct it.',
            );
            refusesAirflow(
                { database: { ...rds, instances: 16, storageGb: 100, maxStorageGb: 109, backupDays: 36 } },
                "database.instances is 16: it must be a whole number from 1 to 15. Correct it.",
                "database.maxStorageGb is 109: it must be a whole number from 110, a tenth above storageGb (100), to 65536, or RDS never grows it. Correct it.",
                "database.backupDays is 36: it must be a whole number from 1 to 35. Correct it.",
            );
            refusesAirflow(
                { database: { ...rds, monitoringSeconds: 7 } },
                "database.monitoringSeconds is 7: it must be one of 0, 1, 5, 10, 15, 30, 60. Choose one.",
            );
            refusesAirflow(
                { database: { ...rds, storageGb: 5, passwordGeneration: 0 } },
                "database.storageGb is 5: it must be a whole number from 20. Write it without quotes or a unit.",
                "database.passwordGeneration is 0: it must be a whole number from 1. Write it without quotes or a unit.",
            );
        });

        it("at times that are none", () => {
            refusesAirflow(
                { database: { ...rds, backupWindow: "24:00-25:00", maintenanceWindow: "03:30-04:30" } },
                'database.backupWindow is "24:00-25:00": it must be two times of day in UTC. Write it as "02:00-03:00".',
                'database.maintenanceWindow is "03:30-04:30": it must be two times of the week in UTC. Write it as "sun:03:30-sun:04:30".',
            );
        });
    });

    describe("in a bucket of logs, is refused", () => {
        const s3 = { kind: "s3", withoutAccessLogs };

        it("without a word about who reads them, or with two", () => {
            refusesAirflow(
                { logs: { kind: "s3" } },
                "logs.accessLogBucket is missing: S3 must be told where to write who read the logs. Name a bucket, or say in withoutAccessLogs why nobody need know.",
            );
            refusesAirflow(
                { logs: { ...s3, accessLogBucket: "access" } },
                `logs.withoutAccessLogs is "${withoutAccessLogs}": accessLogBucket names a place for who read the logs. Leave one of the two out.`,
            );
        });

        it("by a name that S3 does not take", () => {
            for (const bucketName of ["My_Bucket", "ab", "a".repeat(64), "-logs"]) {
                refusesAirflow(
                    { logs: { ...s3, bucketName } },
                    `logs.bucketName is "${bucketName}": it must be 3 to 63 lower-case letters, digits and "-". Correct it.`,
                );
            }
        });

        it("for days that S3 does not take", () => {
            refusesAirflow(
                { logs: { ...s3, infrequentAccessAfterDays: 7, keepOldVersionsDays: 0, abortUploadsAfterDays: "7" } },
                "logs.infrequentAccessAfterDays is 7: it must be a whole number of days from 30. Write it without quotes or a unit.",
                "logs.keepOldVersionsDays is 0: it must be a whole number of days from 1. Write it without quotes or a unit.",
                'logs.abortUploadsAfterDays is "7": it must be a whole number of days from 1. Write it without quotes or a unit.',
            );
            refusesAirflow(
                { logs: { ...s3, infrequentAccessAfterDays: 60, expireAfterDays: 60 } },
                'logs.expireAfterDays is 60: it must be whole days, more than infrequentAccessAfterDays (60), or "never". Raise it.',
            );
            refusesAirflow(
                { logs: { ...s3, expireAfterDays: "always" } },
                'logs.expireAfterDays is "always": it must be a whole number of days from 1, or "never". Correct it.',
            );
        });

        it("under a lock that S3 has not", () => {
            refusesAirflow(
                { logs: { ...s3, objectLock: { mode: "legal", days: 0 } } },
                'logs.objectLock.mode is "legal": it must be governance or compliance. Correct it.',
                "logs.objectLock.days is 0: it must be a whole number of days from 1. Write it without quotes or a unit.",
            );
            refusesAirflow(
                { logs: { ...s3, objectLock: true } },
                "logs.objectLock is true: it must be a map. Write it as {mode: governance, days: 90}.",
            );
        });

        it("anywhere else, or undescribed", () => {
            refusesAirflow(
                { logs: { kind: "cloudwatch" } },
                'logs.kind is "cloudwatch": it must be s3, or volume in a stack for development. Correct it, or leave logs out.',
            );
            refusesAirflow(
                { logs: "s3" },
                'logs is "s3": it must be a map. Write it as {kind: s3, accessLogBucket: …}.',
            );
        });
    });

    describe("in folders of secrets, is refused", () => {
        it("with a path that would let a policy reach further, or lead nowhere", () => {
            const rule =
                'it must be names of letters, digits and _+=.@-, joined by "/". Write it as "airflow/platform".';
            refusesAirflow(
                { secrets: { platformPath: "/airflow/", tasksPath: "airflow/*" } },
                `secrets.platformPath is "/airflow/": ${rule}`,
                `secrets.tasksPath is "airflow/*": ${rule}`,
            );
        });

        it("under a key that is named as no policy can", () => {
            refusesAirflow(
                { secrets: { keyArn: "alias/airflow" } },
                'secrets.keyArn is "alias/airflow": it must be the ARN of a key of KMS. Correct it.',
            );
        });

        it("undescribed", () => {
            refusesAirflow(
                { secrets: "airflow" },
                'secrets is "airflow": it must be a map. Write it as {platformPath: airflow-prod/platform, tasksPath: airflow-prod/tasks}.',
            );
        });
    });
});

describe("tags and what may be replaced", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("come through", () => {
        const { tags, allowReplace } = config({ tags: { "cost-center": "data" }, allowReplace: ["database"] });
        assert.deepEqual(tags, { "cost-center": "data" });
        assert.deepEqual(allowReplace, ["database"]);
    });

    it("are refused where AWS would refuse the tag", () => {
        const characters = "letters, digits, spaces and _.:/=+-@";
        refuses(
            [
                `airflow-linkerd:tags has the key "aws:team": it must be of 1 to 128 ${characters}, and not begin with "aws:". Choose another.`,
                `airflow-linkerd:tags.team is "data #1": it must be of at most 256 ${characters}. Shorten or rewrite it.`,
            ],
            { tags: { "aws:team": "data", team: "data #1" } },
        );
        refuses(["airflow-linkerd:tags has 51 tags: AWS takes 50. Take some out."], {
            tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, "x"])),
        });
        refuses(["airflow-linkerd:tags.year is 2026: it must be text. Write it in quotes."], { tags: { year: 2026 } });
        refuses(['airflow-linkerd:tags is "data": it must be a map. Write it as {cost-center: "data"}.'], {
            tags: "data",
        });
    });

    it("are refused where there is no such part", () => {
        refuses(
            ['airflow-linkerd:allowReplace[1] is "mesh": it must be cluster, database, logs or network. Correct it.'],
            { allowReplace: ["cluster", "mesh"] },
        );
        refuses(['airflow-linkerd:allowReplace is "cluster": it must be a list. Write it as ["cluster"].'], {
            allowReplace: "cluster",
        });
    });
});
