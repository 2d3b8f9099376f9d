import { type AwsAccount } from "../../components/aws/account.ts";
import { type Statement } from "../../components/aws/iam-statement.ts";
import { proofStatements } from "../../components/entrance/dns/proof-statements.ts";
import { type PlatformConfig } from "../config.ts";

/** What the role for ACME's proof may do, and its boundary must leave it. Nothing where nobody proves anything. */
export function proofsOf(entrance: PlatformConfig["entrance"], { partition }: AwsAccount): readonly Statement[] {
    return entrance?.acme === undefined
        ? []
        : proofStatements({ partition, zoneId: entrance.acme.zoneId, hostnames: entrance.hostnames });
}
