import { type Problem } from "../../components/problem.ts";

/** Generations of a root or a key: those that are accepted, and the one that signs or encrypts. */
interface Generations {
    readonly generations: readonly number[];
    readonly used: { readonly key: string; readonly generation: number };
    /** The list's key in messages. */
    readonly listKey: string;
    /** What happens when the used generation is not accepted. */
    readonly consequence: string;
}

/** Each generation must be listed once, and the used one must be listed. */
export function generationProblems({ generations, used, listKey, consequence }: Generations): Problem[] {
    const repeated = generations.flatMap((generation, index) =>
        generations.indexOf(generation) === index
            ? []
            : [
                  {
                      path: ["generations", index],
                      value: generation,
                      rule: "each generation may be listed once. Remove this one.",
                  },
              ],
    );
    if (generations.includes(used.generation)) {
        return repeated;
    }
    return [
        ...repeated,
        {
            path: [used.key],
            value: used.generation,
            rule:
                `it must be one of ${listKey} (${generations.join(", ")}), or ${consequence}. Add it there, or choose ` +
                `one of them.`,
        },
    ];
}
