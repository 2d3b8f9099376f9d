import assert from "node:assert/strict";

import { acceptances, disagreements } from "./accepted.ts";
import { type Finding, scan, type Scan } from "./checkov.ts";
import { type ScannedResource } from "./scanned-resource.ts";
import { scannedStacks } from "./scanned-stacks.ts";

describe("checkov, over what the stacks make", function () {
    this.timeout(300_000);

    const scans = new Map<string, Scan>();

    for (const { name, resources } of scannedStacks) {
        it(`reads ${name}`, async () => {
            const result = await scan(await resources(), console.log);
            assert.ok(result.passed > 50, `only ${result.passed} checks passed: it looked at next to nothing`);
            scans.set(name, result);
        });
    }

    it("finds nothing but what is accepted beside its resource, and all of that", async () => {
        assert.equal(scans.size, scannedStacks.length, "every stack must have been scanned");
        const findings = [...scans.values()].flatMap((result) => result.findings);
        assert.deepEqual(disagreements(findings, await acceptances()), []);
    });
});

describe("checkov, over what is planted", function () {
    this.timeout(300_000);

    const planted = (type: string, name: string, inputs: ScannedResource["inputs"]): ScannedResource => ({
        urn: `urn:pulumi:dev::airflow-linkerd::${type}::${name}`,
        type,
        custom: true,
        inputs,
    });
    let findings: readonly Finding[];

    before(async () => {
        const bucket = planted("aws:s3/bucket:Bucket", "open", { bucket: "open" });
        const closed = planted("aws:s3/bucket:Bucket", "closed", { bucket: "closed" });
        const resources = [
            bucket,
            closed,
            {
                ...planted("aws:s3/bucketVersioning:BucketVersioning", "versions", {
                    bucket: "closed",
                    versioningConfiguration: { status: "Enabled" },
                }),
                propertyDependencies: { bucket: [closed.urn] },
            },
            planted("aws:ec2/securityGroup:SecurityGroup", "world", {
                ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
            }),
            planted("aws:iam/policy:Policy", "admin", {
                policy: JSON.stringify({
                    Version: "2012-10-17",
                    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
                }),
            }),
            planted("aws:eks/cluster:Cluster", "public", {
                vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"], subnetIds: ["subnet-1"] },
            }),
            planted("kubernetes:core/v1:Pod", "root", {
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name: "root", namespace: "airflow" },
                spec: { containers: [{ name: "root", image: "x", securityContext: { privileged: true } }] },
            }),
        ];
        ({ findings } = await scan(resources, console.log));
    });

    const bad: [what: string, resource: string, check: string][] = [
        ["a bucket that keeps no versions", "open", "CKV_AWS_21"],
        ["a bucket that nothing closes", "open", "CKV2_AWS_6"],
        ["a port for administrators that the world reaches", "world", "CKV_AWS_24"],
        ["a policy that allows everything", "admin", "CKV_AWS_62"],
        ["a control plane that the world reaches", "public", "CKV_AWS_38"],
        ["a cluster that encrypts no secrets", "public", "CKV_AWS_58"],
        ["a privileged container", "root", "CKV_K8S_16"],
    ];
    for (const [what, resource, check] of bad) {
        it(`finds ${what}`, () => {
            const found = findings.filter(({ resource: { urn } }) => urn.endsWith(`::${resource}`));
            assert.ok(
                found.some((finding) => finding.check === check),
                `${check} is not among ${found.map((finding) => finding.check).join(", ")}`,
            );
        });
    }

    it("follows a bucket to its settings", () => {
        const closed = findings.filter(({ resource: { urn } }) => urn.endsWith("::closed"));
        assert.ok(closed.length > 0);
        assert.ok(!closed.some(({ check }) => check === "CKV_AWS_21"));
    });
});
