import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { EncryptedLogGroup } from "../../aws/encrypted-log-group.ts";
import { ServiceRole } from "../../aws/service-role.ts";

export interface FlowLogsArgs {
    account: pulumi.Input<AwsAccount>;

    region: string;

    vpcId: pulumi.Input<string>;

    /** Begins the names of what is made. Plain, because it decides what the logs and their role are called. */
    namePrefix: string;

    /** How many days they are kept. One of CloudWatch's own numbers. */
    retentionDays: number;

    /** ARN of the policy that bounds what the role can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Lets a deployment delete or replace the logs and their key. Defaults to false. */
    allowReplace?: boolean;
}

/** Who talked to whom in a VPC, accepted or refused, in CloudWatch. */
export class FlowLogs extends pulumi.ComponentResource {
    constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:FlowLogs", name, {}, opts);

        const { account, region, namePrefix } = args;

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
                trustConditions: pulumi.output(account).apply(({ id, partition }) => ({
                    // Else the logs of another account's VPC could be sent here.
                    StringEquals: { "aws:SourceAccount": [id] },
                    ArnLike: { "aws:SourceArn": [`arn:${partition}:ec2:${region}:${id}:vpc-flow-log/*`] },
                })),
                statements: pulumi.all([account, logs.arn]).apply(([{ id, partition }, group]) => [
                    {
                        sid: "WriteToTheGroup",
                        actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                        resources: [group, `${group}:*`],
                    },
                    {
                        // The service looks for its group before it writes; the action knows no single group.
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
