import { type Deployment } from "./deployment.ts";
import { type Statement } from "../policy.ts";

/** Records by which names lead to the load balancer, in the zones that the environment names. */
export function names({ zoneIds }: Pick<Deployment, "zoneIds">): Statement[] {
    const changes = "route53:ChangeResourceRecordSetsRecordTypes";
    // IAM refuses a statement about no resource.
    return zoneIds.length === 0
        ? []
        : [
              ...readZones(zoneIds),
              {
                  Sid: "NamesOfLoadBalancers",
                  Effect: "Allow",
                  // Addresses alone: whoever could write mail's records or delegations could take over more than Airflow.
                  Action: "route53:ChangeResourceRecordSets",
                  Resource: zoneArns(zoneIds),
                  Condition: {
                      "ForAllValues:StringEquals": { [changes]: ["A", "AAAA"] },
                      // All of no values are among any.
                      Null: { [changes]: "false" },
                  },
              },
              {
                  Sid: "WhetherServed",
                  Effect: "Allow",
                  Action: "route53:GetChange",
                  Resource: "arn:aws:route53:::change/*",
              },
          ];
}

/** To look zones up, with their records: what the program asks of a zone before it uses it. */
export function readZones(zoneIds: readonly string[]): Statement[] {
    return zoneIds.length === 0
        ? []
        : [
              {
                  Sid: "ReadZones",
                  Effect: "Allow",
                  Action: ["route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"],
                  Resource: zoneArns(zoneIds),
              },
          ];
}

export function zoneArns(zoneIds: readonly string[]): string[] {
    return zoneIds.map((id) => `arn:aws:route53:::hostedzone/${id}`);
}
