import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { z } from "zod";

/** Where an account's quotas are read. */
export interface QuotaReader {
    /** The value of a quota of EC2 in the region, as the account has it now. */
    valueOf(code: string): Promise<number>;
}

const answer = z.object({ Quota: z.object({ Value: z.number() }) });

/** Reads by the AWS CLI, which a deployment needs in any case, as whoever it is logged in. */
export function awsCli(region: string, program = "aws"): QuotaReader {
    return {
        async valueOf(code) {
            const args = ["service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", code];
            let text: string;
            try {
                const { stdout } = await promisify(execFile)(program, [
                    ...args,
                    ...["--region", region, "--output", "json", "--no-cli-pager"],
                ]);
                text = stdout;
            } catch (error) {
                const { code: reason, stderr } = error as { code?: unknown; stderr?: string };
                if (reason === "ENOENT") {
                    throw new Error("the AWS CLI is not on the PATH: install it, since deployments need it too", {
                        cause: error,
                    });
                }
                throw new Error(
                    `the quota ${code} could not be read: ${stderr?.trim() || String(error)}. It takes servicequotas:GetServiceQuota`,
                    { cause: error },
                );
            }
            const read = answer.safeParse(JSON.parse(text));
            if (read.data === undefined) {
                throw new Error(`the AWS CLI gave something else than the quota ${code}: ${text.slice(0, 200)}`);
            }
            return read.data.Quota.Value;
        },
    };
}
