import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "./aws-account.ts";
import { EncryptedLogGroup } from "./encrypted-log-group.ts";
import { ServiceRole } from "./service-role.ts";

export interface FlowLogsArgs {
    account: AwsAccount;

    vpcId: pulumi.Input<string>;

    /** The log group's name. Plain, because it is in the policies that allow writing to it. */
    logGroupName: string;

    /** How many days they are kept. One of CloudWatch's own numbers. */
    retentionDays: number;

    /** ARN of the policy that bounds what the role can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Whether Pulumi refuses to delete or replace the logs' key. Defaults to yes. */
    protect?: boolean;
}

/** Who talked to whom in a VPC, accepted or refused, in CloudWatch. */
export class FlowLogs extends pulumi.ComponentResource {
    constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:FlowLogs", name, {}, opts);

        const { accountId, partition, region } = args.account;

        const logs = new EncryptedLogGroup(
            `${name}-logs`,
            {
                account: args.account,
                logGroupName: args.logGroupName,
                retentionDays: args.retentionDays,
                protect: args.protect,
            },
            { parent: this },
        );

        const writer = new ServiceRole(
            `${name}-writer`,
            {
                service: "vpc-flow-logs.amazonaws.com",
                partition,
                trustConditions: pulumi.all([accountId, partition]).apply(([account, partitionName]) => ({
                    // Else the logs of another account's VPC could be sent here.
                    StringEquals: { "aws:SourceAccount": account },
                    ArnLike: { "aws:SourceArn": `arn:${partitionName}:ec2:${region}:${account}:vpc-flow-log/*` },
                })),
                policy: {
                    Version: "2012-10-17",
                    Statement: [
                        {
                            Sid: "WriteToTheGroup",
                            Effect: "Allow",
                            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                            Resource: [logs.arn, pulumi.interpolate`${logs.arn}:*`],
                        },
                        {
                            // The service looks for its group before it writes; the action knows no single group.
                            Sid: "FindTheGroup",
                            Effect: "Allow",
                            Action: "logs:DescribeLogGroups",
                            Resource: pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:*`,
                        },
                    ],
                },
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
