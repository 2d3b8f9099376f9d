import { z } from "zod";

import { callingPods } from "../mesh/mesh-schema.ts";
import { isSafeAddress } from "../safe-address.ts";
import { dnsLabel, dnsName, list, section, text } from "../section.ts";

const name = text('"nightly"').regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: 'it must be of small letters, digits and "-", and begin with a letter: runs show it. Write it as "nightly".',
});

const dag = text('"report"').regex(/^[\w.-]{1,250}$/, {
    error: 'it must be the id of one DAG; there are no patterns. Write it as "report".',
});

const exact = (example: string) =>
    text(example).refine((value) => !value.includes("*"), {
        error: `it is compared whole; there are no patterns. Write it as the token has it, such as ${example}.`,
    });

/** An entry of `teams[].machines`. */
export const machine = section(
    {
        name,
        /** The name of an entry of `login.machineIssuers`. Defaults to the login's provider. */
        issuer: dnsLabel('"github"').optional(),
        clientId: text('"analytics-ci"').optional(),
        // Where the provider calls a client otherwise when the token is about it.
        subject: exact('"repo:acme/etl:ref:refs/heads/main"').optional(),
        /** What else its tokens must say, each as a text. */
        claims: z
            .record(z.string(), exact('"refs/heads/main"'), {
                error: 'it must be a map. Write it as {repository_id: "123", ref: "refs/heads/main"}.',
            })
            .optional(),
        /** Pods of the cluster that it runs in. From outside it comes through the entrance. */
        from: callingPods.optional(),
        dags: list(dag, '["report"]').min(1, { error: 'it must name a DAG. Write it as ["report"].' }),
    },
    '{name: nightly, clientId: analytics-ci, dags: ["report"]}',
);

const issuerAddress = text('"https://token.actions.githubusercontent.com"').refine(
    (value) => isSafeAddress(value) && value.startsWith("https://"),
    { error: "it must be the issuer's https:// address without a query, as its tokens name it. Correct it." },
);

/** An entry of `login.machineIssuers`. */
export const machineIssuer = section(
    {
        /** By which machines name it. */
        name: dnsLabel('"github"'),
        issuer: issuerAddress,
        /** For whom its tokens are. Defaults to `login.machineAudience`. */
        audience: text('"https://airflow.example.com"').optional(),
        /** Where its keys are, when that is another host. */
        hosts: list(dnsName('"keys.example.com"'), '["keys.example.com"]').optional(),
    },
    '{name: github, issuer: "https://token.actions.githubusercontent.com"}',
);
