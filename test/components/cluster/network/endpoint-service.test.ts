import assert from "node:assert/strict";

import {
    endpointProblem,
    EndpointService,
    endpointServiceName,
} from "../../../../components/cluster/network/endpoint-service.ts";

describe("the endpoint of a service", () => {
    const services = [...Object.values(EndpointService), "s3"] as const;

    it("is called by the region, everywhere but in China", () => {
        for (const region of ["eu-central-1", "us-gov-west-1"]) {
            for (const service of services) {
                assert.equal(endpointServiceName(region, service), `com.amazonaws.${region}.${service}`);
            }
        }
    });

    for (const region of ["cn-north-1", "cn-northwest-1"]) {
        it(`has another prefix in ${region} where AWS gave it one, and S3's gateway has none`, () => {
            const named = services.map((service) => endpointServiceName(region, service));
            assert.deepEqual(
                named.filter((name) => name.startsWith("cn.")).sort(),
                ["ec2", "ecr.api", "ecr.dkr", "sts"].map((service) => `cn.com.amazonaws.${region}.${service}`),
            );
            assert.ok(named.includes(`com.amazonaws.${region}.s3`));
            assert.ok(named.includes(`com.amazonaws.${region}.logs`));
        });
    }

    it("is refused in China where its name is not known", () => {
        const refused = (region: string) =>
            Object.values(EndpointService).filter((service) => endpointProblem(region, service) !== undefined);
        assert.deepEqual(refused("cn-north-1"), ["eks-auth"]);
        assert.deepEqual(refused("eu-central-1"), []);
    });
});
