import assert from "node:assert/strict";

import { Secret, UNKNOWN } from "../../rehearsal/engine/values/property.ts";
import { type ScannedResource } from "./scanned-resource.ts";
import { terraformPlan } from "./terraform-plan.ts";

const resource = (type: string, name: string, inputs: ScannedResource["inputs"]): ScannedResource => ({
    urn: `urn:pulumi:prod::airflow-linkerd::${type}::${name}`,
    type,
    custom: true,
    inputs,
});

interface Planned {
    readonly address: string;
    readonly values: unknown;
    readonly expressions: unknown;
}

const valuesOf = (...resources: ScannedResource[]): unknown[] =>
    (terraformPlan(resources).planned_values.root_module.resources as unknown as Planned[]).map(({ values }) => values);

describe("a graph as a Terraform plan", () => {
    it("writes inputs as Terraform calls them, objects as blocks and lists of objects in the singular", () => {
        const bucket = resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "days", {
            bucket: "logs",
            rules: [{ id: "old", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }],
        });
        assert.deepEqual(valuesOf(bucket), [
            {
                bucket: "logs",
                rule: [
                    { id: "old", status: "Enabled", abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
                ],
            },
        ]);
    });

    it("keeps the plural of lists of values, and the words of a policy", () => {
        const policy = '{"Version":"2012-10-17"}';
        assert.deepEqual(
            valuesOf(
                resource("aws:eks/cluster:Cluster", "one", {
                    enabledClusterLogTypes: ["audit"],
                    vpcConfig: { subnetIds: ["a"] },
                }),
                resource("aws:iam/policy:Policy", "two", { policy }),
                resource("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "three", { clientIdLists: ["sts"] }),
            ),
            [
                { enabled_cluster_log_types: ["audit"], vpc_config: [{ subnet_ids: ["a"] }] },
                { policy },
                { client_id_list: ["sts"] },
            ],
        );
    });

    it("leaves the keys of tags as they are", () => {
        const tags = { costCentre: "42", "kubernetes.io/role/elb": "1" };
        assert.deepEqual(valuesOf(resource("aws:ec2/vpc:Vpc", "net", { tags })), [{ tags }]);
    });

    it("shows no secret, and leaves out what nobody knows yet", () => {
        const database = resource("aws:rds/instance:Instance", "db", {
            password: new Secret("hunter2"),
            kmsKeyId: UNKNOWN,
            vpcSecurityGroupIds: [UNKNOWN, "sg-1"],
        });
        assert.deepEqual(valuesOf(database), [{ password: "[secret]", vpc_security_group_ids: ["sg-1"] }]);
    });

    it("says which resource an input is made of", () => {
        const bucket = resource("aws:s3/bucket:Bucket", "logs.eu", { bucket: "logs" });
        const versions = {
            ...resource("aws:s3/bucketVersioning:BucketVersioning", "versions", { bucket: "logs" }),
            propertyDependencies: {
                bucket: [bucket.urn, "urn:pulumi:prod::airflow-linkerd::kubernetes:core/v1:Pod::x"],
            },
        };
        const plan = terraformPlan([bucket, versions]);
        const configured = plan.configuration.root_module.resources as unknown as Planned[];
        assert.deepEqual(
            configured.map(({ address, expressions }) => ({ address, expressions })),
            [
                { address: "aws_s3_bucket.logs_eu", expressions: {} },
                {
                    address: "aws_s3_bucket_versioning.versions",
                    expressions: { bucket: { references: ["aws_s3_bucket.logs_eu.id", "aws_s3_bucket.logs_eu"] } },
                },
            ],
        );
    });

    it("refuses a type that it cannot name, rather than leave it unscanned", () => {
        assert.throws(
            () => terraformPlan([resource("aws:lambda/function:Function", "x", {})]),
            /aws:lambda\/function:Function has no Terraform type in test\/scan\/terraform-names\.ts/,
        );
    });

    it("leaves out components and what is not of AWS", () => {
        const component = { ...resource("airflow-linkerd:index:TaskLogs", "logs", {}), custom: false };
        assert.deepEqual(valuesOf(component, resource("kubernetes:core/v1:Secret", "x", {})), []);
    });
});
