import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";

export interface EntranceRecordsArgs {
    /** The hosted zone that the names are in. Resolves only once that is known. */
    zoneId: pulumi.Input<string>;

    /** The host names. Plain, because each is a resource. */
    hosts: readonly { name: string; hostname: string }[];

    /** The Network Load Balancer's own name. */
    loadBalancer: pulumi.Input<string>;

    /** The region of the load balancer. */
    region: string;
}

/**
 * The records by which host names lead to the load balancer. Made by the stack, and not by a controller that watches the
 * cluster: nothing that runs there may write into the zone, and a destroy takes the names away before the load balancer.
 * No AAAA records: the load balancer has IPv4 addresses alone.
 */
export class EntranceRecords extends pulumi.ComponentResource {
    constructor(name: string, args: EntranceRecordsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EntranceRecords", name, {}, opts);

        // The provider knows it by region. AWS is not asked.
        const { id: zoneOfBalancers } = aws.lb.getHostedZoneIdOutput(
            { region: args.region, loadBalancerType: "network" },
            { parent: this },
        );

        for (const { name: host, hostname } of args.hosts) {
            new aws.route53.Record(
                `${name}-${host}`,
                {
                    zoneId: args.zoneId,
                    name: hostname,
                    type: "A",
                    aliases: [
                        {
                            name: args.loadBalancer,
                            zoneId: zoneOfBalancers,
                            // There is no other answer to give in its place.
                            evaluateTargetHealth: false,
                        },
                    ],
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = {
    airflow: {
        CKV2_AWS_23:
            "It leads to the load balancer that a controller in the cluster makes of a Service, which scanners do not see",
    },
};
