import { z } from "zod";

// Each message is the rule and the way out; the key and the value are put before it.

/** Text that is not empty. */
export const text = (example: string) =>
    z
        .string({ error: `it must be text. Write it as ${example}.` })
        .min(1, { error: `it must not be empty. Write it as ${example}.` });

/** A map with these keys and no others. */
export const section = <Shape extends z.ZodRawShape>(shape: Shape, example: string) =>
    z.strictObject(shape, {
        error: (issue) => (issue.code === "invalid_type" ? `it must be a map. Write it as ${example}.` : undefined),
    });
