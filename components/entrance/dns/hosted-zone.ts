import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { found } from "../../aws/lookup.ts";
import { problemLines } from "../../problem.ts";
import { type HostedZoneNeeds, hostedZoneProblems } from "./hosted-zone-problems.ts";

/** Plain, as all arguments here, so that a preview can look the zone up. */
export type HostedZoneArgs = HostedZoneNeeds;

/** A hosted zone that somebody else keeps, looked up and checked before a record is made in it. */
export class HostedZone extends pulumi.ComponentResource {
    /** Resolves only once every name is known to be in the zone. */
    public readonly zoneId: pulumi.Output<string>;

    constructor(name: string, args: HostedZoneArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:HostedZone", name, {}, opts);

        const { zoneId } = args;
        const zone = found(aws.route53.getZone({ zoneId }, { parent: this }));

        this.zoneId = pulumi.output(zone).apply((facts) => {
            const problems = hostedZoneProblems(
                facts && { name: facts.name, privateZone: facts.privateZone ?? false },
                args,
            );
            if (problems.length > 0) {
                throw new pulumi.ResourceError(problemLines(problems), this);
            }
            return zoneId;
        });

        this.registerOutputs({ zoneId: this.zoneId });
    }
}
