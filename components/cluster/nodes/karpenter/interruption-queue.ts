import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument } from "../../../aws/policy-document.ts";

/** What AWS says of nodes that are about to go, by the suffix of the rule: EventBridge dictates source and type. */
const events = {
    health: { source: "aws.health", detailType: "AWS Health Event" },
    spot: { source: "aws.ec2", detailType: "EC2 Spot Instance Interruption Warning" },
    rebalance: { source: "aws.ec2", detailType: "EC2 Instance Rebalance Recommendation" },
    state: { source: "aws.ec2", detailType: "EC2 Instance State-change Notification" },
} as const;

export interface InterruptionQueueArgs {
    /** The cluster's name, which begins the names. Plain, because it decides what they are called. */
    clusterName: string;
}

/** Where Karpenter hears, two minutes ahead, that AWS takes a spot node back, so that nothing new is started on it. */
export class InterruptionQueue extends pulumi.ComponentResource {
    /** Resolves only once AWS's events arrive. */
    public readonly arn: pulumi.Output<string>;
    public readonly queueName: string;

    constructor(name: string, args: InterruptionQueueArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:InterruptionQueue", name, {}, opts);

        this.queueName = `${args.clusterName}-interruptions`;
        const queue = new aws.sqs.Queue(
            `${name}-queue`,
            {
                name: this.queueName,
                // An older warning is of a node that has gone.
                messageRetentionSeconds: 300,
                sqsManagedSseEnabled: true,
            },
            { parent: this },
        );

        const rules = Object.entries(events).map(
            ([suffix, { source, detailType }]) =>
                [
                    suffix,
                    new aws.cloudwatch.EventRule(
                        `${name}-${suffix}`,
                        {
                            name: `${args.clusterName}-${suffix}`,
                            description: `${detailType} for the nodes of ${args.clusterName}`,
                            eventPattern: JSON.stringify({ source: [source], "detail-type": [detailType] }),
                        },
                        { parent: this },
                    ),
                ] as const,
        );

        const policy = new aws.sqs.QueuePolicy(
            `${name}-policy`,
            {
                queueUrl: queue.url,
                policy: pulumi
                    .all([queue.arn, ...rules.map(([, { arn }]) => arn)])
                    .apply(([queueArn = "", ...sources]) =>
                        JSON.stringify(
                            policyDocument([
                                {
                                    sid: "EventsOfTheseRules",
                                    principals: { service: ["events.amazonaws.com"] },
                                    actions: ["sqs:SendMessage"],
                                    resources: [queueArn],
                                    conditions: { ArnEquals: { "aws:SourceArn": sources } },
                                },
                                {
                                    sid: "OnlyByTls",
                                    effect: "Deny",
                                    principals: { aws: "*" },
                                    actions: ["sqs:*"],
                                    resources: [queueArn],
                                    conditions: { Bool: { "aws:SecureTransport": ["false"] } },
                                },
                            ]),
                        ),
                    ),
            },
            { parent: this },
        );

        const targets = rules.map(
            ([suffix, rule]) =>
                new aws.cloudwatch.EventTarget(
                    `${name}-${suffix}-target`,
                    { rule: rule.name, arn: queue.arn },
                    { parent: this, dependsOn: [policy] },
                ),
        );

        this.arn = pulumi.all([queue.arn, ...targets.map(({ id }) => id)]).apply(([arn = ""]) => arn);

        this.registerOutputs({ arn: this.arn, queueName: this.queueName });
    }
}
