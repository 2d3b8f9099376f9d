import { z } from "zod";

import { text } from "./config-section.ts";

// What stacks say about AWS, wherever they say it. Each message is the rule and the way out.

export const region = text('"eu-central-1"').regex(/^[a-z]{2}(-[a-z]+)+-\d$/, {
    error: 'it must be a region of AWS, such as "eu-central-1". Correct it.',
});

export const accountId = z
    .string({ error: 'it must be text, or a leading zero is lost. Write it in quotes, as "123456789012".' })
    .regex(/^\d{12}$/, { error: "it must be the account's 12 digits. Correct it." });

export const cidr = text('"10.40.0.0/16"').regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, {
    error: 'it must be a range of IPv4 addresses, such as "10.40.0.0/16". Correct it.',
});

/** What AWS calls a thing that it made, such as `vpc-0123456789abcdef0`. */
export const id = (prefix: string) =>
    text(`"${prefix}-0123456789abcdef0"`).regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), {
        error: `it must be what AWS calls it, and begin with "${prefix}-". Correct it.`,
    });

/** Who may do something: never more than is written down. */
export const principal = text('"arn:aws:iam::123456789012:role/platform-admins"').regex(
    /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    { error: "it must be the ARN of a role or a user, without a wildcard. Correct it." },
);

export const list = <Item extends z.ZodType>(item: Item, example: string) =>
    z.array(item, { error: `it must be a list. Write it as ${example}.` });

export const choice = <Choices extends Readonly<Record<string, string>>>(choices: Choices, error: string) =>
    z.enum(choices, { error });

export const days = z.int({ error: "it must be a whole number of days. Write it without a unit." });
