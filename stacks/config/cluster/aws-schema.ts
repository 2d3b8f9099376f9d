import { z } from "zod";

import { text } from "../section.ts";

// Values of AWS that several sections have. Each message is the rule and the way out.

export const region = text('"eu-central-1"').regex(/^[a-z]{2}(-[a-z]+)+-\d$/, {
    error: 'it must be a region of AWS, such as "eu-central-1". Correct it.',
});

export const accountId = z
    .string({ error: 'it must be text, or a leading zero is lost. Write it in quotes, as "123456789012".' })
    .regex(/^\d{12}$/, { error: "it must be the account's 12 digits. Correct it." });

/** An id that AWS assigned, such as `vpc-0123456789abcdef0`. */
export const awsId = (prefix: string) =>
    text(`"${prefix}-0123456789abcdef0"`).regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), {
        error: `it must be the id that AWS gave, which begins with "${prefix}-". Correct it.`,
    });

export const policyArn = text('"arn:aws:iam::123456789012:policy/boundary"').regex(
    /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    { error: "it must be the ARN of a managed policy. Correct it." },
);
