import { type Problem } from "../problem.ts";

/** AWS's limits for the tags of one resource. */
const limits = { count: 50, key: 128, value: 256 } as const;

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What AWS would refuse about the tags. */
export function tagProblems(tags: Readonly<Record<string, string>>): Problem[] {
    const entries = Object.entries(tags);
    const characters = `letters, digits, spaces and _.:/=+-@`;
    return [
        ...(entries.length > limits.count
            ? [
                  {
                      path: [],
                      value: tags,
                      opening: `has ${entries.length} tags:`,
                      rule: `AWS takes ${limits.count}. Take some out.`,
                  },
              ]
            : []),
        ...entries.flatMap(([key, value]) => {
            const problems: Problem[] = [];
            if (key.length < 1 || key.length > limits.key || !allowed.test(key) || /^aws:/i.test(key)) {
                problems.push({
                    path: [],
                    value: tags,
                    opening: `has the key "${key}":`,
                    rule:
                        `it must be of 1 to ${limits.key} ${characters}, and not begin with "aws:". ` +
                        `Choose another.`,
                });
            }
            if (value.length > limits.value || !allowed.test(value)) {
                problems.push({
                    path: [key],
                    value,
                    rule: `it must be of at most ${limits.value} ${characters}. Shorten or rewrite it.`,
                });
            }
            return problems;
        }),
    ];
}
