import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";

import { rdsAuthorityPem } from "../../../../components/airflow/rds/rds-authority.ts";
import { RdsServer, type RdsServerArgs } from "../../../../components/airflow/rds/rds-server.ts";
import { plainMap } from "../../../../rehearsal/engine/values/secrecy.ts";
import { madeUpAccount } from "../../../support/made-up-aws.ts";
import { underMocks, unknown, value, waitedFor } from "../../../support/mocks.ts";

const shared = [
    "aws:kms/key:Key",
    "aws:kms/alias:Alias",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:cloudwatch/logGroup:LogGroup",
    "random:index/randomString:RandomString",
];

/** What RDS sets in its own parameter groups of PostgreSQL 17, of what a server here could set. */
const rdsDefaults: Readonly<Record<string, string>> = {
    "rds.force_ssl": "1",
    ssl_min_protocol_version: "TLSv1.2",
    password_encryption: "scram-sha-256",
    log_connections: "0",
    log_disconnections: "0",
    log_statement: "none",
    log_min_duration_statement: "-1",
};
const measured = ["aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"];
const kinds = {
    postgresql: [...shared, ...measured, "aws:rds/parameterGroup:ParameterGroup", "aws:rds/instance:Instance"],
    aurora: [
        ...shared,
        ...measured,
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        "aws:rds/cluster:Cluster",
        "aws:rds/clusterInstance:ClusterInstance",
    ],
};

function server(changes: Partial<RdsServerArgs> = {}, options = {}, types = kinds[changes.engine ?? "postgresql"]) {
    const args: RdsServerArgs = {
        account: madeUpAccount,
        identifier: "prod-airflow",
        network: {
            vpcId: "vpc-1",
            subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
            clientSecurityGroupIds: { cluster: "sg-cluster" },
        },
        ...changes,
    };
    return underMocks(types, () => new RdsServer("database", args), options);
}

/** The resource that holds the data, of either engine. */
const holders = { postgresql: "database-postgresql-server", aurora: "database-aurora-cluster" } as const;

for (const engine of ["postgresql", "aurora"] as const) {
    describe(`RdsServer of ${engine}`, () => {
        const holder = holders[engine];

        it("is encrypted under a key of its own, which is protected", async () => {
            const { made, registered } = await server({ engine });
            const keyArn = await value(made.keyArn);
            const { storageEncrypted, kmsKeyId, masterUserSecretKmsKeyId } = registered.get(holder).inputs;
            assert.deepEqual([storageEncrypted, kmsKeyId, masterUserSecretKmsKeyId], [true, keyArn, keyArn]);
            assert.equal(registered.get("database-key-key").protect, true);
            assert.equal(registered.input("database-key-key", "enableKeyRotation"), true);
        });

        it("knows no master password: RDS makes it, keeps it and changes it", async () => {
            const { made, registered } = await server({ engine });
            const inputs = registered.get(holder).inputs;
            assert.equal(inputs.manageMasterUserPassword, true);
            for (const key of ["password", "masterPassword", "passwordWo", "masterPasswordWo"]) {
                assert.equal(inputs[key], undefined);
            }
            assert.match(await value(made.masterSecretArn), /^arn:aws:secretsmanager:eu-west-1:\d+:secret:rds!/);
        });

        it("takes no connection that is not encrypted", async () => {
            const { registered } = await server({ engine });
            const parameters = registered.input(`database-${engine}-parameters`, "parameters");
            assert.ok(Array.isArray(parameters));
            const values = parameters.map((one) => {
                const { name, value } = one as Record<string, unknown>;
                return `${String(name)}=${String(value)}`;
            });
            assert.ok(values.includes("rds.force_ssl=1"), values.join());
        });

        it("lets in the named groups on PostgreSQL's port, and nothing out", async () => {
            const { registered } = await server({ engine });
            const rules = registered.resources.filter(({ type }) => /SecurityGroup\w*Rule$/.test(type));
            assert.deepEqual(
                rules.map(({ inputs }) => [
                    inputs.referencedSecurityGroupId,
                    inputs.ipProtocol,
                    inputs.fromPort,
                    inputs.toPort,
                ]),
                [["sg-cluster", "tcp", 5432, 5432]],
            );
            assert.ok(rules.every(({ inputs }) => inputs.cidrIpv4 === undefined && inputs.cidrIpv6 === undefined));
            const { ingress, egress } = registered.get("database-network-security-group").inputs;
            assert.deepEqual([ingress, egress], [undefined, undefined]);
            assert.deepEqual(registered.get(holder).inputs.vpcSecurityGroupIds, ["database-network-security-group-id"]);
        });

        it("survives a mistake: protected, not deletable, with backups and a last snapshot", async () => {
            const { registered } = await server({ engine });
            assert.equal(registered.get(holder).protect, true);
            // Of all that is random the mocks make a secret.
            const inputs = plainMap(registered.get(holder).inputs);
            assert.equal(inputs.deletionProtection, true);
            assert.equal(inputs.skipFinalSnapshot, false);
            assert.match(String(inputs.finalSnapshotIdentifier), /^prod-airflow-final-.+/);
            assert.equal(inputs.backupRetentionPeriod, 14);
            assert.equal(inputs.deleteAutomatedBackups, false);
            assert.equal(inputs.copyTagsToSnapshot, true);
            assert.equal(inputs.allowMajorVersionUpgrade, false);
        });

        it("is of another major version when the stack says so, with parameters of that, and is upgraded only when let", async () => {
            const { registered } = await server({ engine, version: "16" });
            assert.equal(registered.input(holder, "engineVersion"), "16");
            assert.equal(registered.input(holder, "allowMajorVersionUpgrade"), false);
            assert.match(String(registered.input(`database-${engine}-parameters`, "family")), /16$/);
            assert.match(String(registered.input(`database-${engine}-parameters`, "name")), /16$/);
            const { registered: let_ } = await server({ engine, allowUpgrade: true, applyChanges: "now" });
            assert.equal(let_.input(holder, "allowMajorVersionUpgrade"), true);
            await assert.rejects(server({ engine, version: "12" }), /version is "12": it must be one of 16, 17/);
            await assert.rejects(
                server({ engine, allowUpgrade: true }),
                /allowUpgrade is true: .* Set applyChanges to now/,
            );
        });

        it("can be replaced only when that is asked for, and leaves a snapshot all the same", async () => {
            const { registered } = await server({ engine, allowReplace: true });
            for (const { name, protect } of registered.resources) {
                assert.ok(!protect, name);
            }
            assert.equal(registered.input(holder, "deletionProtection"), false);
            assert.equal(registered.input(holder, "skipFinalSnapshot"), false);
        });

        it("leaves a last snapshot that can be opened, of a name that no earlier one has", async () => {
            const { made, registered } = await server({ engine, allowReplace: true });
            assert.equal(registered.get("database-key-key").retainOnDelete, true, "the snapshot is under this key");
            assert.ok(registered.everythingBefore(holder).has("database-last-snapshot"));
            const { keepers } = registered.get("database-last-snapshot").inputs;
            assert.deepEqual(keepers, { identifier: "prod-airflow", engine, key: await value(made.keyArn) });
        });

        it("says of no parameter that has RDS's default what RDS would deny", async () => {
            const { registered } = await server({ engine });
            const parameters = registered.input(`database-${engine}-parameters`, "parameters") as {
                name: string;
                value: string;
                applyMethod?: string;
            }[];
            for (const { name, value: set, applyMethod } of parameters) {
                assert.ok(name in rdsDefaults, `say what RDS's default of ${name} is`);
                if (rdsDefaults[name] === set) {
                    assert.equal(applyMethod, "pending-reboot", name);
                }
            }
        });

        it("is changed in its window, or at once where that is asked for", async () => {
            for (const [applyChanges, expected] of [
                [undefined, false],
                ["window", false],
                ["now", true],
            ] as const) {
                const { registered } = await server({ engine, applyChanges });
                const servers = registered.resources.filter(({ type }) =>
                    /^aws:rds\/(instance:Instance|cluster:Cluster|clusterInstance:ClusterInstance)$/.test(type),
                );
                assert.ok(servers.length > 0);
                for (const { name, inputs } of servers) {
                    assert.equal(inputs.applyImmediately, expected, name);
                }
            }
        });

        it("is in several zones, and public in none", async () => {
            const { registered } = await server({ engine });
            assert.deepEqual(registered.get("database-network-subnets").inputs.subnetIds, [
                "subnet-1",
                "subnet-2",
                "subnet-3",
            ]);
            const servers = registered.resources.filter(({ type }) => /:(Instance|ClusterInstance)$/.test(type));
            assert.equal(servers.length, engine === "aurora" ? 2 : 1);
            for (const { inputs } of servers) {
                assert.equal(inputs.publiclyAccessible, false);
                assert.equal(inputs.multiAz, engine === "aurora" ? undefined : true);
                assert.equal(inputs.autoMinorVersionUpgrade, true);
                assert.equal(inputs.performanceInsightsEnabled, true);
                assert.match(String(inputs.performanceInsightsKmsKeyId), /^arn:aws:kms:/);
                assert.equal(inputs.monitoringInterval, 60);
            }
        });

        it("has each of its logs in CloudWatch, under the server's key and for a while only", async () => {
            const { made, registered } = await server({ engine });
            const keyArn = await value(made.keyArn);
            const kind = engine === "aurora" ? "cluster" : "instance";
            const exported = registered.get(holder).inputs.enabledCloudwatchLogsExports as string[];
            assert.ok(exported.includes("postgresql"));
            for (const log of exported) {
                const { name, retentionInDays, kmsKeyId } = registered.get(`database-log-${log}`).inputs;
                const expected = [`/aws/rds/${kind}/prod-airflow/${log}`, 90, keyArn];
                assert.deepEqual([name, retentionInDays, kmsKeyId], expected);
                assert.ok(registered.dependenciesOf(`database-${engine}`).includes(`database-log-${log}`));
            }
            const { Statement: statements } = JSON.parse(String(registered.input("database-key-key", "policy"))) as {
                Statement: Record<string, unknown>[];
            };
            const users = statements.filter(({ Sid }) => Sid === "EncryptLogGroups");
            const groups = exported.map((log) => `/aws/rds/${kind}/prod-airflow/${log}`);
            assert.deepEqual(
                users.map(({ Principal, Condition }) => ({ Principal, Condition })),
                [
                    {
                        Principal: { Service: ["logs.eu-west-1.amazonaws.com"] },
                        Condition: {
                            ArnEquals: {
                                "kms:EncryptionContext:aws:logs:arn": groups.map(
                                    (group) => `arn:aws:logs:eu-west-1:123456789012:log-group:${group}`,
                                ),
                            },
                        },
                    },
                ],
            );
        });

        it("is not measured from inside when that is not wanted", async () => {
            const without = kinds[engine].filter((type) => !measured.includes(type));
            const { registered } = await server({ engine, sizes: { monitoringSeconds: 0 } }, {}, without);
            const measuring = registered.resources.filter(({ inputs }) => inputs.monitoringInterval !== undefined);
            assert.ok(measuring.length > 0);
            assert.ok(measuring.every(({ inputs }) => inputs.monitoringInterval === 0 && !inputs.monitoringRoleArn));
        });

        it("is registered whole in a first preview, with nothing known", async () => {
            const names = async (changes: Partial<RdsServerArgs>, preview: boolean) =>
                (await server({ engine, ...changes }, { preview })).registered.resources.map(({ name }) => name).sort();
            const network = {
                vpcId: unknown<string>(),
                subnetIds: unknown<string[]>(),
                clientSecurityGroupIds: { cluster: unknown<string>() },
            };
            const previewed = await names({ network }, true);
            assert.deepEqual(previewed, await names({}, false));
        });
    });
}

describe("RdsServer", () => {
    it("gives its address only once those who may connect can", async () => {
        const { made, registered } = await server();
        assert.equal(await value(made.host), "prod-airflow.abc123.eu-west-1.rds.amazonaws.com");
        assert.ok(registered.dependenciesOf("database-postgresql-server").includes("database-network-from-cluster"));
    });

    it("gives Aurora's address only once a server answers there", async () => {
        const { made } = await server({ engine: "aurora" });
        assert.equal(await value(made.host), "prod-airflow.cluster-abc123.eu-west-1.rds.amazonaws.com");
        assert.ok((await waitedFor(made.host)).includes("database-aurora-server-2"));
    });

    it("grows its storage by itself, up to a limit", async () => {
        const { registered } = await server({ sizes: { storageGb: 100, maxStorageGb: 1000 } });
        const { allocatedStorage, maxAllocatedStorage } = registered.get("database-postgresql-server").inputs;
        assert.deepEqual([allocatedStorage, maxAllocatedStorage], [100, 1000]);
    });

    it("is measured by a role that only servers of this account get RDS to use", async () => {
        const { registered } = await server();
        const trust = JSON.parse(String(registered.input("database-monitoring-role", "assumeRolePolicy"))) as unknown;
        assert.match(JSON.stringify(trust), /"Service":\["monitoring\.rds\.amazonaws\.com"\]/);
        assert.match(JSON.stringify(trust), /"aws:SourceAccount":\["123456789012"\]/);
        assert.equal(
            registered.input("database-monitoring-policy", "policyArn"),
            "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
        );
        assert.equal(registered.parentOf("database-monitoring-policy"), "database-monitoring");
        assert.ok(registered.everythingBefore("database-postgresql-server").has("database-monitoring-policy"));
    });

    it("refuses what RDS would refuse, all at once, before anything is made", async () => {
        const sizes = { storageGb: 10, maxStorageGb: 10, backupDays: 0, monitoringSeconds: 7, instances: 0 };
        await assert.rejects(server({ identifier: "Prod--airflow", sizes }), (error: Error) => {
            for (const part of [
                /identifier is "Prod--airflow"/,
                /sizes\.storageGb is 10: it must be a whole number from 20/,
                /sizes\.maxStorageGb is 10: it must be a whole number from 11/,
                /sizes\.backupDays is 0: it must be a whole number from 1 to 35/,
                /sizes\.monitoringSeconds is 7: it must be one of 0, 1, 5/,
                /sizes\.instances is 0/,
            ]) {
                assert.match(error.message, part);
            }
            return true;
        });
    });
});

describe("The authority of RDS's servers", () => {
    for (const region of ["eu-west-1", "us-east-1", "ap-southeast-2"]) {
        it(`in ${region} is that region's own roots, all of them good for decades`, () => {
            const roots = rdsAuthorityPem(region)
                .split(/(?<=-----END CERTIFICATE-----\n)/)
                .map((pem) => new X509Certificate(pem));
            assert.ok(roots.length >= 3);
            for (const root of roots) {
                assert.ok(root.subject.includes(`CN=Amazon RDS ${region} Root CA `), root.subject);
                assert.equal(root.subject, root.issuer);
                assert.ok(root.ca);
                assert.ok(root.validToDate.getUTCFullYear() >= 2060, root.validTo);
            }
        });
    }

    it("is unknown in a region that is unknown", () => {
        for (const region of ["eu-west", "", "mars-north-1", "eu-west-1 Root CA RSA2048"]) {
            assert.throws(() => rdsAuthorityPem(region), /the roots of RDS there are not known here/, region);
        }
    });
});
