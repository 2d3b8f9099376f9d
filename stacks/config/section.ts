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

/** A DNS name in lower case. */
export const dnsName = (example: string) =>
    text(example).regex(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/, {
        error: 'it must be a DNS name: lower-case labels of letters, digits and "-", joined by dots. Correct it.',
    });

/** A label of a DNS name, such as a Service's name. */
export const dnsLabel = (example: string) =>
    text(example).regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
        error: 'it must be a DNS label: at most 63 lower-case letters, digits and "-". Correct it.',
    });

export const yesOrNo = z.boolean({ error: "it must be true or false. Write it without quotes." });

/** A whole number from `least` on. */
export const wholeNumber = (least: number, unit = "") => {
    const error = `it must be a whole number${unit} from ${least}. Write it without quotes or a unit.`;
    return z.int({ error }).min(least, { error });
};

export const list = <Item extends z.ZodType>(item: Item, example: string) =>
    z.array(item, { error: `it must be a list. Write it as ${example}.` });

/** One of a few words. */
export const choice = <const Choices extends Readonly<Record<string, string>>>(choices: Choices) =>
    z.enum(choices, { error: `it must be ${oneOf(Object.values(choices))}. Correct it.` });

/** Such as `a, b or c`. */
export function oneOf(words: readonly string[]): string {
    return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(words);
}

export const chartValues = z
    .record(z.string(), z.unknown(), { error: "it must be a map. Write it as the chart's values.yaml is written." })
    .default({});
