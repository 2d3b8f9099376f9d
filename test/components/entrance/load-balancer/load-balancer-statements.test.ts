import assert from "node:assert/strict";

import { policyDocument } from "../../../../components/aws/policy-document.ts";
import { loadBalancerStatements } from "../../../../components/entrance/load-balancer/load-balancer-statements.ts";
import { wildcards } from "../../../../components/identity/roles/policy-problems.ts";
import { decide } from "../../../support/iam/simulation.ts";
import { madeUpAccount as account } from "../../../support/made-up-aws.ts";

const { id, region } = account;
const ec2 = (resource: string) => `arn:aws:ec2:${region}:${id}:${resource}`;
const balancing = (resource: string) => `arn:aws:elasticloadbalancing:${region}:${id}:${resource}`;
const balancer = balancing("loadbalancer/net/k8s-entrance/1");
const targetGroup = balancing("targetgroup/k8s-entrance/1");
const listener = balancing("listener/net/k8s-entrance/1/2");
const group = ec2("security-group/sg-9");

const statements = loadBalancerStatements({
    account,
    clusterName: "prod",
    vpcId: "vpc-1",
    clusterSecurityGroupId: "sg-cluster",
});
const policy = policyDocument(statements);

const asks = (cluster: string) => ({ "aws:RequestTag/elbv2.k8s.aws/cluster": cluster });
const carries = (cluster: string) => ({ "aws:ResourceTag/elbv2.k8s.aws/cluster": cluster });

const allowed = async (action: string, resource: string, context: Record<string, string> = {}): Promise<boolean> =>
    (await decide(
        { principal: `arn:aws:iam::${id}:role/prod-balancers`, policies: { own: policy } },
        { action, resource, context },
    )) === "Allowed";

/** Proves that it may do so to what is of its cluster, and to nothing of another's or nobody's. */
async function onlyOwn(action: string, resource: string, tagged: typeof asks | typeof carries): Promise<void> {
    assert.equal(await allowed(action, resource, tagged("prod")), true, action);
    assert.equal(await allowed(action, resource, tagged("other")), false, `${action} of another cluster`);
    assert.equal(await allowed(action, resource), false, `${action} of nobody`);
}

describe("the rights of what makes load balancers", () => {
    it("make balancers, target groups, listeners and security groups that carry the cluster's tag", async () => {
        await onlyOwn("elasticloadbalancing:CreateLoadBalancer", balancer, asks);
        await onlyOwn("elasticloadbalancing:CreateTargetGroup", targetGroup, asks);
        await onlyOwn("elasticloadbalancing:CreateListener", balancer, asks);
        await onlyOwn("ec2:CreateSecurityGroup", group, asks);
        assert.equal(await allowed("ec2:CreateSecurityGroup", ec2("vpc/vpc-1")), true);
        assert.equal(await allowed("ec2:CreateSecurityGroup", ec2("vpc/vpc-2")), false, "another network");
    });

    it("make no balancer of another kind, and none elsewhere", async () => {
        const create = "elasticloadbalancing:CreateLoadBalancer";
        assert.equal(await allowed(create, balancing("loadbalancer/app/k8s-entrance/1"), asks("prod")), false);
        assert.equal(await allowed(create, balancer.replace(region, "us-east-1"), asks("prod")), false);
    });

    it("change and delete what carries that tag, and nothing else", async () => {
        for (const action of [
            "DeleteLoadBalancer",
            "ModifyLoadBalancerAttributes",
            "SetSecurityGroups",
            "SetSubnets",
        ]) {
            await onlyOwn(`elasticloadbalancing:${action}`, balancer, carries);
        }
        for (const action of ["DeleteTargetGroup", "ModifyTargetGroup", "RegisterTargets", "DeregisterTargets"]) {
            await onlyOwn(`elasticloadbalancing:${action}`, targetGroup, carries);
        }
        for (const action of ["DeleteListener", "ModifyListener"]) {
            await onlyOwn(`elasticloadbalancing:${action}`, listener, carries);
        }
        await onlyOwn("ec2:DeleteSecurityGroup", group, carries);
        await onlyOwn("ec2:AuthorizeSecurityGroupIngress", group, carries);
        await onlyOwn("ec2:RevokeSecurityGroupIngress", group, carries);
    });

    it("let connections into the one group of nodes and pods, which they cannot delete", async () => {
        const nodes = ec2("security-group/sg-cluster");
        assert.equal(await allowed("ec2:AuthorizeSecurityGroupIngress", nodes), true);
        assert.equal(await allowed("ec2:RevokeSecurityGroupIngress", nodes), true);
        assert.equal(await allowed("ec2:DeleteSecurityGroup", nodes), false);
        assert.equal(await allowed("ec2:AuthorizeSecurityGroupEgress", nodes), false);
    });

    it("write the cluster's tag only on what they make: nothing of others' becomes theirs", async () => {
        const atStart = { ...asks("prod"), "ec2:CreateAction": "CreateSecurityGroup" };
        assert.equal(await allowed("ec2:CreateTags", group, atStart), true);
        assert.equal(await allowed("ec2:CreateTags", group, asks("prod")), false);
        assert.equal(await allowed("ec2:CreateTags", group, { ...asks("prod"), ...carries("prod") }), false);
        assert.equal(await allowed("ec2:CreateTags", group, carries("prod")), true);
        assert.equal(await allowed("ec2:CreateTags", ec2("instance/i-1"), atStart), false);
        const made = { ...asks("prod"), "elasticloadbalancing:CreateAction": "CreateLoadBalancer" };
        assert.equal(await allowed("elasticloadbalancing:AddTags", balancer, made), true);
        assert.equal(await allowed("elasticloadbalancing:AddTags", balancer, asks("prod")), false);
        assert.equal(await allowed("elasticloadbalancing:AddTags", balancer, carries("prod")), true);
        assert.equal(await allowed("elasticloadbalancing:AddTags", balancer, carries("other")), false);
    });

    it("look in one region alone", async () => {
        const here = { "aws:RequestedRegion": region };
        for (const action of ["ec2:DescribeSubnets", "elasticloadbalancing:DescribeTargetHealth"]) {
            assert.equal(await allowed(action, "*", here), true, action);
            assert.equal(await allowed(action, "*", { "aws:RequestedRegion": "us-east-1" }), false, action);
        }
    });

    it("have AWS make its own role for balancers, and no other role", async () => {
        const role = (service: string, name: string) => `arn:aws:iam::${id}:role/aws-service-role/${service}/${name}`;
        const create = "iam:CreateServiceLinkedRole";
        const own = "elasticloadbalancing.amazonaws.com";
        const balancers = role(own, "AWSServiceRoleForElasticLoadBalancing");
        assert.equal(await allowed(create, balancers, { "iam:AWSServiceName": own }), true);
        const spot = "spot.amazonaws.com";
        assert.equal(
            await allowed(create, role(spot, "AWSServiceRoleForEC2Spot"), { "iam:AWSServiceName": spot }),
            false,
        );
        assert.equal(await allowed("iam:PassRole", `arn:aws:iam::${id}:role/admin`), false);
    });

    it("have nothing to do with firewalls, certificates and logins, which the list of its makers has", async () => {
        const acl = `arn:aws:wafv2:${region}:${id}:regional/webacl/a/1`;
        assert.equal(await allowed("wafv2:AssociateWebACL", acl), false);
        assert.equal(await allowed("acm:ListCertificates", "*"), false);
        assert.deepEqual(
            [...new Set(statements.flatMap(({ actions }) => actions.map((action) => action.split(":")[0])))].sort(),
            ["ec2", "elasticloadbalancing", "iam"],
        );
    });

    it("give a reason for every wildcard", () => {
        assert.deepEqual(wildcards(statements), []);
    });
});
