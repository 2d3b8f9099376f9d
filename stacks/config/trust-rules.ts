import { lifetimeProblem } from "../../components/mesh/lifetimes.ts";
import { type Refuse } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";

export function checkedTrust(trust: ParsedConfig["trust"], refuse: Refuse) {
    const { generations, signer, lifetimes } = trust;
    generations.forEach((generation, index) => {
        if (generations.indexOf(generation) !== index) {
            refuse(["generations", index], generation, "each generation may be listed once. Remove this one.");
        }
    });
    if (!generations.includes(signer)) {
        refuse(
            ["signer"],
            signer,
            `it must be one of trust.generations (${generations.join(", ")}), or no proxy would trust what it signs. ` +
                `Add it there, or choose one of them.`,
        );
    }
    const problem = lifetimeProblem(lifetimes);
    if (problem) {
        refuse(["lifetimes", problem.field], lifetimes[problem.field], problem.rule);
    }
    return trust;
}
