import assert from "node:assert/strict";

import { policyDocument } from "../../../../components/aws/policy-document.ts";
import { proofStatements } from "../../../../components/entrance/dns/proof-statements.ts";
import { decide } from "../../../support/iam/simulation.ts";

const zone = "arn:aws:route53:::hostedzone/ZNAMES";
const proof = policyDocument(
    proofStatements({ partition: "aws", zoneId: "ZNAMES", hostnames: ["airflow.example.com", "viz.example.com"] }),
);
const asks = (request: Parameters<typeof decide>[1]) =>
    decide(
        { principal: "arn:aws:iam::123456789012:role/proof", policies: { proof } },
        { ...request, resourceAccount: "123456789012" },
    );

interface Change {
    readonly types?: readonly string[];
    readonly names?: readonly string[];
    readonly actions?: readonly string[];
    readonly resource?: string;
}

const changes = ({
    types = ["TXT"],
    names = ["_acme-challenge.airflow.example.com"],
    actions = ["UPSERT"],
    resource = zone,
}: Change) =>
    asks({
        action: "route53:ChangeResourceRecordSets",
        resource,
        context: {
            "route53:ChangeResourceRecordSetsRecordTypes": types,
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": names,
            "route53:ChangeResourceRecordSetsActions": actions,
        },
    });

describe("the role for ACME's proof", () => {
    it("may put the proof of each name there, take it away and ask whether it is served", async () => {
        for (const name of ["airflow.example.com", "viz.example.com"]) {
            assert.equal(await changes({ names: [`_acme-challenge.${name}`] }), "Allowed", name);
        }
        assert.equal(await changes({ actions: ["DELETE"] }), "Allowed");
        assert.equal(
            await asks({ action: "route53:GetChange", resource: "arn:aws:route53:::change/C0123456789" }),
            "Allowed",
        );
    });

    const attempts: Readonly<Record<string, Change>> = {
        "another name": { names: ["_acme-challenge.example.com"] },
        "another name beside its own": { names: ["_acme-challenge.airflow.example.com", "airflow.example.com"] },
        "the host itself": { names: ["airflow.example.com"] },
        "a record that leads elsewhere": { types: ["CNAME"] },
        "a delegation beside the proof": { types: ["TXT", "NS"] },
        "another zone": { resource: "arn:aws:route53:::hostedzone/ZOTHERS" },
    };
    for (const [what, change] of Object.entries(attempts)) {
        it(`may not change ${what}`, async () => {
            assert.notEqual(await changes(change), "Allowed");
        });
    }

    it("may not make a change of which Route 53 does not say what it is", async () => {
        const request = { action: "route53:ChangeResourceRecordSets", resource: zone };
        assert.notEqual(await asks(request), "Allowed");
        const context = { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] };
        assert.notEqual(await asks({ ...request, context }), "Allowed");
    });

    it("may not read the zone, nor find others", async () => {
        assert.notEqual(await asks({ action: "route53:ListResourceRecordSets", resource: zone }), "Allowed");
        assert.notEqual(await asks({ action: "route53:ListHostedZonesByName", resource: "*" }), "Allowed");
    });
});
