/** AWS's limits for the tags of one resource. */
const limits = { count: 50, key: 128, value: 256 } as const;

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What AWS would refuse about the tags, each problem with its path below `field`. */
export function tagProblems(field: string, tags: Readonly<Record<string, string>>): string[] {
    const entries = Object.entries(tags);
    const characters = `letters, digits, spaces and _.:/=+-@`;
    return [
        ...(entries.length > limits.count
            ? [`${field} has ${entries.length} tags: AWS takes ${limits.count}. Take some out.`]
            : []),
        ...entries.flatMap(([key, value]) => {
            const problems: string[] = [];
            if (key.length < 1 || key.length > limits.key || !allowed.test(key) || /^aws:/i.test(key)) {
                problems.push(
                    `${field} has the key "${key}": it must be of 1 to ${limits.key} ${characters}, and not begin with ` +
                        `"aws:". Choose another.`,
                );
            }
            if (value.length > limits.value || !allowed.test(value)) {
                problems.push(
                    `${field}["${key}"] is "${value}": it must be of at most ${limits.value} ${characters}. Shorten or ` +
                        `rewrite it.`,
                );
            }
            return problems;
        }),
    ];
}
