import { type Statement } from "../../aws/iam-statement.ts";

export interface Proof {
    /** Of AWS, such as `aws`. */
    readonly partition: string;
    readonly zoneId: string;
    /** The names whose ownership is proved. */
    readonly hostnames: readonly string[];
}

const ofChange = (key: string) => `route53:ChangeResourceRecordSets${key}`;

/**
 * What ACME's proof by DNS takes in Route 53: one TXT record for each name, and to ask whether it is served yet. No other
 * record can be read or changed, so whoever gets hold of it cannot lead anybody elsewhere. cert-manager asks for nothing
 * else where it is told the zone (pkg/issuer/acme/dns/route53, v1.21).
 */
export function proofStatements({ partition, zoneId, hostnames }: Proof): readonly Statement[] {
    return [
        {
            sid: "ProofsOfNames",
            actions: ["route53:ChangeResourceRecordSets"],
            resources: [`arn:${partition}:route53:::hostedzone/${zoneId}`],
            conditions: {
                "ForAllValues:StringEquals": {
                    [ofChange("NormalizedRecordNames")]: hostnames.map((name) => `_acme-challenge.${name}`),
                    [ofChange("RecordTypes")]: ["TXT"],
                    [ofChange("Actions")]: ["UPSERT", "DELETE"],
                },
                // All of no values are equal to anything.
                Null: Object.fromEntries(
                    ["NormalizedRecordNames", "RecordTypes", "Actions"].map((key) => [ofChange(key), ["false"]]),
                ),
            },
        },
        {
            sid: "WhetherServed",
            actions: ["route53:GetChange"],
            resources: [`arn:${partition}:route53:::change/*`],
            allowWildcard: "a change has its id only once it was asked for, and shows no record",
        },
    ];
}
