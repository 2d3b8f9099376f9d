import { PolicyMode } from "../../../components/mesh/policy/objects/server.ts";
import { type StackRows } from "../../../operations/doctor/stack-rows.ts";
import { connectionTable } from "../../../stacks/connections.ts";
import { exampleStack } from "../../support/policy/example-stack.ts";

/**
 * The rows of the production example in an audit, with other keys of `mesh` where a test asks for them. Its people come by a
 * way of somebody else's.
 */
export async function exampleRows(mesh: Record<string, unknown> = {}): Promise<StackRows> {
    const stack = await exampleStack("prod.example", (sections) => {
        sections.mesh = { ...sections.mesh, policy: PolicyMode.audit, ...mesh };
        sections.entrance = { kind: "none" };
    });
    return {
        table: connectionTable(stack),
        mode: stack.mesh.policy,
        hasFrontDoor: stack.mesh.frontDoor !== undefined,
        reach: undefined,
    };
}
