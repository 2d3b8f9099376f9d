import { type Problem } from "../../components/problem.ts";

/** Generations of a key or a root: all that are accepted, and the one of them that is used. */
interface Generations {
    readonly generations: readonly number[];
    readonly used: { readonly key: string; readonly generation: number };
    /** What the list is called in messages. */
    readonly listKey: string;
    /** What comes of a generation that is used and not accepted. */
    readonly consequence: string;
}

/** Each generation is listed once, and the one that is used is among them. */
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
