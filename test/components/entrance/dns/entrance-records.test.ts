import assert from "node:assert/strict";

import { EntranceRecords } from "../../../../components/entrance/dns/entrance-records.ts";
import { underMocks } from "../../../support/mocks.ts";

const regions: unknown[] = [];
const answers = {
    "aws:lb/getHostedZoneId:getHostedZoneId": ({ region = "", loadBalancerType = "" }) => {
        regions.push([region, loadBalancerType]);
        return { id: "ZBALANCERS", region };
    },
};

describe("EntranceRecords", () => {
    it("leads each name to the load balancer, and overwrites nothing that is there", async () => {
        const { registered } = await underMocks(
            ["aws:route53/record:Record"],
            () =>
                new EntranceRecords("records", {
                    zoneId: "ZNAMES",
                    hosts: [
                        { name: "airflow", hostname: "airflow.example.com" },
                        { name: "viz", hostname: "viz.example.com" },
                    ],
                    loadBalancer: "entrance.elb.eu-central-1.amazonaws.com",
                    region: "eu-central-1",
                }),
            { answers },
        );
        const records = registered.ofType("aws:route53/record:Record").map(({ name, inputs }) => [name, inputs]);
        const record = (name: string) => ({
            zoneId: "ZNAMES",
            name,
            type: "A",
            aliases: [
                {
                    name: "entrance.elb.eu-central-1.amazonaws.com",
                    zoneId: "ZBALANCERS",
                    evaluateTargetHealth: false,
                },
            ],
        });
        assert.deepEqual(records, [
            ["records-airflow", record("airflow.example.com")],
            ["records-viz", record("viz.example.com")],
        ]);
        assert.deepEqual(regions, [["eu-central-1", "network"]]);
    });
});
