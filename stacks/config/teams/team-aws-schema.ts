import { z } from "zod";

import { policyArn } from "../cluster/aws-schema.ts";
import { choice, list, section, text } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** A bucket, or a folder in it. Policies contain it without escaping, so it has none of their wildcards and variables. */
const place = text('"example-data/sales"').regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!+=.@()' -]+)*$/, {
    error: 'it must be a bucket, or a folder in it, without "s3://", wildcards and a slash at its end. Write it as "bucket/folder".',
});

const places = list(place, '["example-data/sales"]').default([]);

const texts = (example: string) =>
    list(text(example), `[${example}]`).min(1, { error: `it must not be empty. Write it as [${example}].` });

const statement = section(
    {
        sid: text('"ReadCatalog"').regex(/^[A-Za-z0-9]+$/, {
            error: 'it must be letters and digits. Write it as "ReadCatalog".',
        }),
        effect: choice({ allow: "Allow", deny: "Deny" }).optional(),
        actions: texts('"glue:GetTable"'),
        resources: texts('"arn:aws:glue:eu-central-1:123456789012:table/sales/orders"'),
        conditions: z
            .record(z.string(), z.record(z.string(), z.array(z.string())), {
                error: 'it must be a map by operator and key. Write it as {StringEquals: {…: ["…"]}}.',
            })
            .optional(),
    },
    '{sid: ReadCatalog, actions: ["glue:GetTable"], resources: ["arn:…"]}',
);

const rights = {
    read: places,
    write: places,
    statements: list(statement, "[{sid: …, actions: […], resources: […]}]").default([]),
    policyArns: list(policyArn, '["arn:aws:iam::123456789012:policy/read-catalog"]').default([]),
    allowWildcard: text('"the catalog has no names to list"').optional(),
};

const example = '{read: ["example-data/sales"], write: ["example-data/reports"]}';

/** The key `aws` of a team: what its tasks may do there, by its own role. */
export const teamAwsSchema = section(
    { ...rights, secretsPath: text('"airflow-prod/teams/analytics"').optional() },
    example,
);

/** The key `airflow.aws`: the same for all tasks of a stack without teams, whose secrets `airflow.secrets` names. */
export const tasksAwsSchema = section(rights, example);
