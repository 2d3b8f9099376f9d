import { callingPods } from "../mesh/mesh-schema.ts";
import { list, section, text } from "../section.ts";

const name = text('"nightly"').regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: 'it must be of small letters, digits and "-", and begin with a letter: runs show it. Write it as "nightly".',
});

const dag = text('"report"').regex(/^[\w.-]{1,250}$/, {
    error: 'it must be the id of one DAG; there are no patterns. Write it as "report".',
});

/** An entry of `teams[].machines`. */
export const machine = section(
    {
        name,
        clientId: text('"analytics-ci"'),
        // Where the provider calls a client otherwise when the token is about it.
        subject: text('"analytics-ci"').optional(),
        /** Pods of the cluster that it runs in. From outside it comes through the entrance. */
        from: callingPods.optional(),
        dags: list(dag, '["report"]').min(1, { error: 'it must name a DAG. Write it as ["report"].' }),
    },
    '{name: nightly, clientId: analytics-ci, dags: ["report"]}',
);
