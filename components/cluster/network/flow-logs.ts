import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { EncryptedLogGroup } from "../../aws/encrypted-log-group.ts";
import { ServiceRole } from "../../aws/service-role.ts";

export interface FlowLogsArgs {
    account: AwsAccount;

    vpcId: pulumi.Input<string>;

    /** The prefix of all names. Plain, because it decides what the logs and their role are called. */
    namePrefix: string;

    /** Days that the logs are kept, one of the numbers that CloudWatch accepts. */
    retentionDays: number;

    /** ARN of the permissions boundary of the role. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Lets a deployment delete or replace the logs and their key. Defaults to false. */
    allowReplace?: boolean;
}

/** The flow logs of a VPC, of accepted and rejected connections, in CloudWatch. */
export class FlowLogs extends pulumi.ComponentResource {
    constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:FlowLogs", name, {}, opts);

        const { account, namePrefix } = args;
        const { id, partition, region } = account;

        const logs = new EncryptedLogGroup(
            `${name}-logs`,
            {
                account,
                logGroupName: `/aws/vpc/${namePrefix}/flow-logs`,
                keyAlias: `${namePrefix}/flow-logs`,
                retentionDays: args.retentionDays,
                allowReplace: args.allowReplace,
            },
            { parent: this },
        );

        const writer = new ServiceRole(
            `${name}-writer`,
            {
                namePrefix,
                purpose: "flow-logs",
                service: "vpc-flow-logs.amazonaws.com",
                account,
                trustConditions: {
                    // Without it another account could write its flow logs to this group.
                    StringEquals: { "aws:SourceAccount": [id] },
                    ArnLike: { "aws:SourceArn": [`arn:${partition}:ec2:${region}:${id}:vpc-flow-log/*`] },
                },
                statements: logs.arn.apply((group) => [
                    {
                        sid: "WriteToTheGroup",
                        actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                        resources: [group, `${group}:*`],
                    },
                    {
                        // The service looks for its log group before it writes. The action cannot be limited to one
                        // group.
                        sid: "FindTheGroup",
                        actions: ["logs:DescribeLogGroups"],
                        resources: [`arn:${partition}:logs:${region}:${id}:log-group:*`],
                    },
                ]),
                permissionsBoundary: args.permissionsBoundary,
            },
            { parent: this },
        );

        new aws.ec2.FlowLog(
            `${name}-vpc`,
            {
                vpcId: args.vpcId,
                trafficType: "ALL",
                logDestinationType: "cloud-watch-logs",
                logDestination: logs.arn,
                iamRoleArn: writer.arn,
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
