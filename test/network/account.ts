import { type AwsAccount } from "../../components/cluster/aws-account.ts";

export const account: AwsAccount = { accountId: "123456789012", partition: "aws", region: "eu-central-1" };
