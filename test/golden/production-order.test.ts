import assert from "node:assert/strict";

import { mentions } from "../support/mentions.ts";
import { assertGoesBefore, before as allBefore, everythingBefore } from "./order.ts";
import { productionVariants } from "./production-variants.ts";
import { recordProduction } from "./production.ts";
import { madeAtAws, type Recorded, type Recording } from "../../rehearsal/recording/recording.ts";

const cluster = "cluster-control-plane-cluster";
const nodeGroups = ["cluster-nodes-platform-nodes"];
const managedGroups = [...nodeGroups, "cluster-nodes-tasks-nodes"];
const karpenter = "karpenter-release";
const addons = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"].map((addon) => `cluster-nodes-networking-${addon}`);
const lateAddons = ["coredns", "aws-ebs-csi-driver"].map((addon) => `cluster-nodes-services-${addon}`);
const zones = ["a", "b", "c"].map((zone) => `network-eu-central-1${zone}`);
const access = ["admin-airflow-linkerd-deploy-prod", "admin-platform-admins", "view-data-engineers"].flatMap(
    (entry) => [`cluster-access-${entry}`, `cluster-access-${entry}-policy`],
);

describe("the order in which production is made, and backwards deleted", () => {
    let graph: Recording;
    before(async function () {
        this.timeout(120_000);
        graph = await recordProduction();
    });

    /** Proves that each is deleted before all of those, as it is made after them. */
    const goesBefore = (first: string | Recorded, later: readonly string[]): void => {
        assertGoesBefore(graph, first, later);
    };
    const ofType = (type: RegExp): Recorded[] => {
        const found = graph.resources.filter((resource) => type.test(resource.type));
        assert.ok(found.length > 0, String(type));
        return found;
    };
    const inCluster = () => ofType(/^kubernetes:/);

    it("deletes custom resources while their controllers run", () => {
        ofType(/^kubernetes:cert-manager\.io\//).forEach((each) => goesBefore(each, ["cert-manager-issuing"]));
        ofType(/^kubernetes:trust\.cert-manager\.io\//).forEach((each) => goesBefore(each, ["cert-manager-trust"]));
        // Karpenter ends the machines of a pool that is deleted. Nobody else would.
        ofType(/^kubernetes:karpenter\.(sh|k8s\.aws)\//).forEach((each) => goesBefore(each, [karpenter]));
    });

    it("deletes the class of task nodes after their pools, and waits for their machines to end", () => {
        const classes = ofType(/:EC2NodeClass$/);
        ofType(/:NodePool$/).forEach((each) =>
            goesBefore(
                each,
                classes.map(({ name }) => name),
            ),
        );
        assert.deepEqual(
            classes.map(({ customTimeouts }) => customTimeouts.delete),
            [1800],
        );
    });

    it("deletes Karpenter before its rights, so that it can end what it has started", () => {
        const queue = "cluster-nodes-karpenter-interruptions";
        goesBefore(karpenter, [
            "cluster-nodes-karpenter-association",
            "cluster-nodes-karpenter-profile",
            `${queue}-queue`,
            `${queue}-spot-target`,
        ]);
    });

    it("deletes groups of nodes that EKS manages in the same order, where tasks have one too", async function () {
        this.timeout(120_000);
        const { changes } =
            productionVariants["two groups of nodes that EKS manages, and rights of all tasks to data"] ?? {};
        const managed = await recordProduction(changes);
        const objects = managed.resources.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.ok(objects.length > 50);
        for (const { name } of objects) {
            const earlier = everythingBefore(managed, name);
            assert.ok(
                managedGroups.every((group) => earlier.has(group)),
                name,
            );
        }
        for (const group of managedGroups) {
            const earlier = everythingBefore(managed, group);
            assert.ok(
                [...addons, ...access, cluster].every((name) => earlier.has(name)),
                group,
            );
        }
    });

    it("deletes what certificates are for before the certificates", () => {
        const issued = ofType(/^kubernetes:cert-manager\.io\/v1:Certificate$/).filter(
            ({ name }) => !/authority|tap|^(entrance|envoy-gateway)-/.test(name),
        );
        goesBefore(
            "linkerd-control-plane",
            issued.map(({ name }) => name),
        );
    });

    it("deletes charts before the definitions that they use", () => {
        const definitions = ofType(/:CustomResourceDefinition$/)
            .map(({ name }) => name)
            .filter((name) => !name.startsWith("entrance-definitions-"));
        for (const chart of ["linkerd-control-plane", "linkerd-viz-release", "airflow-release"]) {
            goesBefore(chart, [...definitions, "linkerd-crds"]);
        }
    });

    it("deletes whatever is meshed before the mesh", () => {
        const own = inCluster().filter(({ name }) => name.startsWith("airflow-"));
        assert.ok(own.length > 20);
        own.forEach((each) => goesBefore(each, ["linkerd-control-plane", "mesh-trust-identity-issuer"]));
    });

    it("empties the cluster while its nodes run and who deletes is let in", () => {
        const all = inCluster();
        assert.ok(all.length > 50);
        all.forEach((each) => goesBefore(each, [cluster, ...access, ...nodeGroups, ...addons, ...lateAddons]));
    });

    it("deletes nodes and add-ons before access, and access before the cluster", () => {
        [...nodeGroups, ...addons, ...lateAddons].forEach((name) => goesBefore(name, [...access, cluster]));
        access.forEach((name) => goesBefore(name, [cluster]));
    });

    it("deletes the networking that nodes need after the nodes", () => {
        nodeGroups.forEach((name) => goesBefore(name, addons));
        lateAddons.forEach((name) => goesBefore(name, ["cluster-nodes-platform-nodes"]));
    });

    it("deletes all that may have addresses in subnets, load balancers too, before those and their ways out", () => {
        const subnets = zones.flatMap((zone) => [`${zone}-nodes`, `${zone}-node-outward`, `${zone}-nat`]);
        [...inCluster(), ...nodeGroups, cluster].forEach((each) => goesBefore(each, [...subnets, "network-vpc"]));
        const endpoints = ofType(/:VpcEndpoint$/).filter(({ name }) => !name.endsWith("-s3"));
        endpoints.forEach((each) =>
            goesBefore(
                each,
                zones.map((zone) => `${zone}-nodes`),
            ),
        );
    });

    it("deletes the database before its subnets, its key and who measures it, and after all that speaks to it", () => {
        const server = "database-postgresql-server";
        goesBefore(server, [
            "database-network-subnets",
            "database-network-security-group",
            "database-key-key",
            "database-monitoring-role",
            ...zones.map((zone) => `${zone}-database`),
        ]);
        for (const name of ["airflow-release", "airflow-migration-job", "airflow-database-role-job"]) {
            goesBefore(name, [server]);
        }
    });

    it("deletes Airflow before its roles, its logs and what they are under", () => {
        const roles = ["api-server", "triggerer", "tasks", "database-admin"].flatMap((part) =>
            ofType(/^aws:(iam|eks)\/(role|rolePolicy|podIdentityAssociation):/)
                .map(({ name }) => name)
                .filter((name) => name.startsWith(`airflow-${part}-`)),
        );
        assert.equal(roles.length, 4 + 7 + 4);
        const logs = ofType(/^aws:s3\//).map(({ name }) => name);
        goesBefore("airflow-release", [...roles, ...logs, "task-logs-key-key", "database-key-key"]);
    });

    it("deletes names before the load balancer, and that while who made it runs", () => {
        goesBefore("entrance-records-airflow", [
            "entrance-service-public",
            "entrance-gateway",
            "envoy-gateway-release",
        ]);
        goesBefore("entrance-service-public", ["entrance-gateway", ...nodeGroups, "network-vpc"]);
        goesBefore("entrance-acme-issuer", [
            "cert-manager-issuing",
            "entrance-proof-role",
            "entrance-proof-proof-policy",
        ]);
    });

    it("leaves nothing behind but the key that the database's last snapshot is under", () => {
        const left = graph.resources.filter(({ retainOnDelete }) => retainOnDelete === true);
        assert.deepEqual(
            left.map(({ name }) => name),
            ["database-key-key"],
        );
    });
});

const stacks = { "the example": { changes: {} }, ...productionVariants };

for (const [variant, { changes }] of Object.entries(stacks)) {
    describe(`whoever has a role or is in the cluster, with ${variant}`, () => {
        let graph: Recording;
        before(async function () {
            this.timeout(120_000);
            graph = await recordProduction(changes);
        });

        const ofType = (type: string) => graph.resources.filter((resource) => resource.type === type);

        it("is made after it and all its rights, and goes before them", () => {
            const policies = [
                ...ofType("aws:iam/rolePolicy:RolePolicy"),
                ...ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
            ];
            for (const role of ofType("aws:iam/role:Role")) {
                const { arn, name } = madeAtAws(role);
                const rights = policies.filter(({ inputs }) => inputs.role === name);
                const holds = (text: string) => text === String(arn) || text.includes(`"${String(arn)}"`);
                const holders = graph.resources.filter(({ custom, inputs }) => custom && mentions(inputs, holds));
                assert.ok(rights.length > 0, role.name);
                assert.ok(holders.length > 0, `nobody has ${role.name}`);
                for (const holder of holders) {
                    const all = allBefore(graph, holder);
                    const missing = [role, ...rights].map((each) => each.name).filter((each) => !all.has(each));
                    assert.deepEqual(missing, [], holder.name);
                }
            }
        });

        it("goes while who deletes is still let in", () => {
            const entries = ofType("aws:eks/accessPolicyAssociation:AccessPolicyAssociation").map(({ name }) => name);
            const found = ofType("aws:eks/cluster:Cluster").map(({ name }) => name);
            assert.equal(entries.length > 0, found.length > 0);
            for (const object of graph.resources.filter(({ type }) => type.startsWith("kubernetes:"))) {
                const all = allBefore(graph, object);
                assert.deepEqual(
                    [...entries, ...found].filter((name) => !all.has(name)),
                    [],
                    object.name,
                );
            }
        });

        it("lets Airflow start only once all of its roles are there", () => {
            const all = everythingBefore(graph, "airflow-release");
            const roles = ofType("aws:iam/role:Role").filter(({ name }) => name.startsWith("airflow-"));
            assert.equal(roles.length, 4);
            assert.deepEqual(
                roles.map(({ name }) => name).filter((name) => !all.has(name)),
                [],
            );
        });
    });
}
