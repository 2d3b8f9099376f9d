import assert from "node:assert/strict";

import { HostedZone } from "../../../../components/entrance/dns/hosted-zone.ts";
import {
    type HostedZoneFacts,
    type HostedZoneNeeds,
    hostedZoneProblems,
} from "../../../../components/entrance/dns/hosted-zone-problems.ts";
import { problemLines } from "../../../../components/problem.ts";
import { failure, underMocks, value } from "../../../support/mocks.ts";

const zoneId = "Z0123456789ABCDEFGHIJ";
const asked: HostedZoneNeeds = {
    path: ["entrance", "dns", "zoneId"],
    zoneId,
    hostnames: ["airflow.example.com", "viz.airflow.example.com"],
};

const said = (zone: Partial<HostedZoneFacts> | undefined, more: Partial<HostedZoneNeeds> = {}) =>
    problemLines(
        hostedZoneProblems(zone && { name: "example.com", privateZone: false, ...zone }, { ...asked, ...more }),
    );

const lookedUp = (facts: object) =>
    underMocks([], () => new HostedZone("zone", asked), {
        answers: { "aws:route53/getZone:getZone": ({ zoneId: id = "" }) => ({ id, zoneId: id, ...facts }) },
    });

describe("HostedZone", () => {
    for (const name of ["example.com", "example.com.", "Example.COM", "airflow.example.com", "."]) {
        it(`takes a zone of ${name}, which has every name`, () => {
            assert.equal(said({ name }), "");
        });
    }

    for (const name of ["example.org", "ple.com", "com.example"]) {
        it(`refuses a zone of ${name}, which has none of the names`, () => {
            assert.equal(
                said({ name }),
                asked.hostnames
                    .map(
                        (host) =>
                            `entrance.dns.zoneId is "${zoneId}": it is the zone of ${name}, and ${host} is not in that. Name ` +
                            `the zone that has it, or choose another host name.`,
                    )
                    .join("\n"),
            );
        });
    }

    it("names the one host that is not in the zone", () => {
        const text = said({ name: "viz.airflow.example.com" });
        assert.match(text, /and airflow\.example\.com is not in that/);
        assert.equal(text.split("\n").length, 1);
    });

    it("refuses one that is not there, with the way out", () => {
        assert.equal(
            said(undefined),
            `entrance.dns.zoneId is "${zoneId}": there is no such hosted zone in this account. Correct it, or make the zone ` +
                `first.`,
        );
    });

    it("refuses a private zone for what the internet must see, and takes it for what people use", () => {
        assert.equal(said({ privateZone: true }), "");
        assert.match(
            said({ privateZone: true }, { publicBecause: "the authority cannot ask it" }),
            /is a private zone, and the authority cannot ask it\. Name the public zone of example\.com\.$/,
        );
    });

    it("gives the zone to records once it was looked up, and to none when it is refused", async () => {
        const { made } = await lookedUp({ name: "example.com" });
        assert.equal(await value(made.zoneId), zoneId);
        const refused = await lookedUp({ name: "example.org" });
        assert.match(await failure(refused.made.zoneId), /it is the zone of example\.org/);
    });
});
