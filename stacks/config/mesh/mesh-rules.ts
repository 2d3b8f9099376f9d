import { below, type Problem } from "../../../components/problem.ts";
import { callProblem } from "../calls/call-rules.ts";
import { type ParsedConfig } from "../schema.ts";

/** Rules about the mesh that the schema cannot hold. */
export function meshProblems({ calls }: ParsedConfig["mesh"]): Problem[] {
    return calls.flatMap((call, index) => below(["calls", index], callProblem(call)));
}
