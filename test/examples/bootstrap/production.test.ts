import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { serviceBoundaryName, serviceRoleNames } from "../../../examples/bootstrap/names.ts";
import { type PolicyDocument } from "../../../examples/bootstrap/policy.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { type Recorded } from "../../../rehearsal/recording/recording.ts";
import { localDefinitions, recorded } from "../../support/recordings.ts";
import { Account } from "./account.ts";
import { Graph, requestsToCreate } from "./creation.ts";
import { everything } from "./rights.ts";
import { answerToRole } from "./simulator.ts";

interface Sections {
    readonly "airflow-linkerd:cluster": Readonly<Record<string, unknown>>;
    readonly "airflow-linkerd:airflow": Readonly<Record<string, unknown>>;
}

describe("the deploy role of prod, before the production example", function () {
    this.timeout(600_000);

    let policies: PolicyDocument[];
    let sections: Sections;
    /** Seconds for which the role may be had. */
    let session: number;

    before(async () => {
        const account = await Account.open();
        try {
            assert.ok((await account.up()).ok, account.shown);
            const role = (await account.resources()).find(
                ({ type, inputs }) => type === "aws:iam/role:Role" && inputs.name === "airflow-linkerd-deploy-prod",
            );
            session = Number(role?.inputs.maxSessionDuration);
            policies = (await account.resources())
                .filter(({ type, inputs }) => type === "aws:iam/policy:Policy" && isOfRole(inputs.name))
                .map(({ inputs }) => JSON.parse(String(inputs.policy)) as PolicyDocument);
        } finally {
            await account.close();
        }
        assert.ok(policies.length > 0);
        const example = await readFile(join(checkout, "Pulumi.prod.example.yaml"), "utf8");
        sections = (parse(example) as { config: Sections }).config;
    });

    /** What the example would make, with other settings in two of its sections. */
    async function example(changes: { cluster?: object; airflow?: object; entrance?: object } = {}): Promise<Graph> {
        const config = {
            ...(changes.entrance ? { entrance: changes.entrance, charts: localDefinitions } : {}),
            ...(changes.cluster ? { cluster: { ...sections["airflow-linkerd:cluster"], ...changes.cluster } } : {}),
            ...(changes.airflow ? { airflow: { ...sections["airflow-linkerd:airflow"], ...changes.airflow } } : {}),
        };
        const secretKeys = changes.airflow ? ["airflow"] : [];
        return new Graph((await recorded("prod.example", { preview: false, config, secretKeys })).resources);
    }

    /** Each request to make a resource that AWS would refuse the role, in words. */
    async function refusals(graph: Graph, resource: Recorded): Promise<string[]> {
        const requests = requestsToCreate(resource, graph);
        assert.ok(requests.length > 0, resource.type);
        const answers = await Promise.all(
            requests.map(async (request) => ({ request, answer: await answerToRole(policies, request) })),
        );
        return answers
            .filter(({ answer }) => answer !== "Allowed")
            .map(({ request, answer }) => `${resource.name}: ${request.action} on ${request.resource} is ${answer}`);
    }

    async function allRefusals(graph: Graph): Promise<string[]> {
        const found: string[] = [];
        for (const resource of graph.inAws) {
            found.push(...(await refusals(graph, resource)));
        }
        return found;
    }

    it("may make all of it", async () => {
        const graph = await example();
        assert.ok(graph.inAws.length > 100);
        assert.deepEqual(await allRefusals(graph), []);
    });

    it("goes by the tag that the platform puts on all that it makes", async () => {
        const { resources } = await recorded("prod.example", { preview: false });
        const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
        assert.match(JSON.stringify(provider?.inputs.defaultTags), /airflow-linkerd\/stack\W+prod\.example/);
        assert.match(JSON.stringify(policies), /aws:ResourceTag\/airflow-linkerd\/stack\W+prod\W/);
    });

    it("leaves every key with a policy that whoever made it may change, without which KMS makes none", async () => {
        const keys = (await example()).inAws.filter(({ type }) => type === "aws:kms/key:Key");
        assert.ok(keys.length >= 5, `only ${keys.length} keys`);
        for (const { name, inputs } of keys) {
            assert.equal(inputs.bypassPolicyLockoutSafetyCheck, undefined, `${name}: KMS must look`);
            const request = {
                action: "kms:PutKeyPolicy",
                resource: "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
                resourcePolicy: JSON.parse(String(inputs.policy)) as PolicyDocument,
            };
            const context = { "aws:ResourceTag/airflow-linkerd/stack": "prod" };
            assert.equal(await answerToRole([everything], request), "Allowed", `${name}: its own policy lets nobody`);
            assert.equal(await answerToRole(policies, { ...request, context }), "Allowed", name);
            assert.equal(await answerToRole(policies, request), "ImplicitlyDenied", `${name}, were it another's`);
        }
    });

    it("may be had for longer than the longest step takes, and the workflow asks for that long", async () => {
        const { resources } = await recorded("prod.example", { preview: false });
        const steps = resources.flatMap(({ customTimeouts }) => Object.values(customTimeouts));
        const longest = Math.max(...steps);
        assert.ok(longest >= 7200, "an update of nodes may take two hours");
        assert.ok(session > longest && session <= 43_200, `${session} s for a step of ${longest} s`);
        const guide = await readFile(join(checkout, "examples", "bootstrap", "README.md"), "utf8");
        const [, asked] = /role-duration-seconds: (\d+)/.exec(guide) ?? [];
        assert.equal(Number(asked), session);
    });

    it("may make what else the example could ask for", async () => {
        const { logs, database } = sections["airflow-linkerd:airflow"] as { logs: object; database: object };
        const graph = await example({
            cluster: { nodes: { kind: "auto" }, identity: "irsa" },
            airflow: {
                logs: {
                    ...logs,
                    withoutAccessLogs: undefined,
                    accessLogBucket: "access-logs",
                    objectLock: { mode: "governance", days: 90 },
                },
                database: { ...database, engine: "aurora", instances: 2 },
                dagBundles: undefined,
            },
        });
        const types = new Set(graph.inAws.map(({ type }) => type));
        for (const type of ["aws:rds/cluster:Cluster", "aws:s3/bucketLogging:BucketLogging"]) {
            assert.ok(types.has(type), type);
        }
        assert.deepEqual(await allRefusals(graph), []);
    });

    it("may make two groups of nodes, too", async () => {
        const graph = await example({ cluster: { nodes: { kind: "managed" } } });
        assert.equal(graph.inAws.filter(({ type }) => type === "aws:eks/nodeGroup:NodeGroup").length, 2);
        assert.deepEqual(await allRefusals(graph), []);
    });

    it("knows by name the cluster's own roles, which are all that no service account has", async () => {
        const all = await Promise.all([example(), example({ cluster: { nodes: { kind: "auto" } } })]);
        const roles = all.flatMap(({ inAws }) => inAws.filter(({ type }) => type === "aws:iam/role:Role"));
        const ofServices = roles.filter(
            ({ inputs }) =>
                inputs.permissionsBoundary === `arn:aws:iam::123456789012:policy/${serviceBoundaryName("prod")}`,
        );
        assert.deepEqual(
            [...new Set(ofServices.map(({ inputs }) => inputs.name))].sort(),
            serviceRoleNames("airflow-prod").sort(),
        );
        const others = roles.filter((role) => !ofServices.includes(role));
        assert.deepEqual(
            others.filter(({ inputs }) => serviceRoleNames("airflow-prod").includes(String(inputs.name))),
            [],
        );
    });

    it("may make what Karpenter needs", async () => {
        const graph = await example();
        const types = new Set(graph.inAws.map(({ type }) => type));
        for (const type of [
            "aws:sqs/queue:Queue",
            "aws:cloudwatch/eventRule:EventRule",
            "aws:iam/instanceProfile:InstanceProfile",
        ]) {
            assert.ok(types.has(type), type);
        }
        assert.deepEqual(await allRefusals(graph), []);
    });

    it("may make what the controller of load balancers needs", async () => {
        const graph = await example({
            entrance: { kind: "gateway", certificate: { kind: "private-ca" }, loadBalancer: { kind: "nlb" } },
        });
        const own = graph.inAws.filter(({ name }) => name.startsWith("load-balancer-"));
        assert.deepEqual(own.map(({ type }) => type).sort(), [
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "aws:iam/role:Role",
            "aws:iam/rolePolicy:RolePolicy",
        ]);
        assert.deepEqual(await allRefusals(graph), []);
    });

    it("may make no role without the boundary that the bootstrap made, nor change one", async () => {
        const graph = await example({ cluster: { permissionsBoundaryArn: undefined, serviceBoundaryArn: undefined } });
        const roles = graph.inAws.filter(({ type }) => /^aws:iam\/role/.test(type));
        assert.ok(roles.some(({ inputs }) => inputs.permissionsBoundary === undefined));
        assert.ok(
            roles.some(({ inputs }) => inputs.permissionsBoundary !== undefined),
            "some have the stack's own",
        );
        for (const role of roles) {
            assert.ok((await refusals(graph, role)).length > 0, role.name);
        }
    });

    it("may make nothing that is called otherwise, by any service that has names", async () => {
        const graph = await example({
            cluster: { name: "other" },
            airflow: { logs: { kind: "s3", withoutAccessLogs: "nobody asks" }, dagBundles: undefined },
        });
        const named = graph.inAws.filter(({ type }) => /^aws:(cloudwatch|eks|iam|rds|s3)\/|^aws:kms\/alias/.test(type));
        assert.ok(named.length > 50);
        for (const resource of named) {
            assert.ok(
                (await refusals(graph, resource)).length > 0 || withoutName.includes(resource.type),
                `${resource.name} (${resource.type})`,
            );
        }
    });
});

/** The issuer is called by EKS. */
const withoutName = ["aws:iam/openIdConnectProvider:OpenIdConnectProvider"];

function isOfRole(name: unknown): boolean {
    return typeof name === "string" && name.startsWith("airflow-linkerd-deploy-prod-");
}
