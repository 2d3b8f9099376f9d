import { lifetimeProblem } from "../../../components/mesh/trust/lifetimes.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { generationProblems } from "../generation-rules.ts";
import { type ParsedConfig } from "../schema.ts";

export function trustProblems({ generations, signer, lifetimes }: ParsedConfig["trust"]): Problem[] {
    return [
        ...generationProblems({
            generations,
            used: { key: "signer", generation: signer },
            listKey: "trust.generations",
            consequence: "no proxy would trust what it signs",
        }),
        ...below(["lifetimes"], lifetimeProblem(lifetimes)),
    ];
}
