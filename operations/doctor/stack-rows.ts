import { type ConnectionTable } from "../../components/connection.ts";
import { type BreakGlassRules } from "../../components/identity/break-glass.ts";
import { type PolicyMode } from "../../components/mesh/policy/objects/server.ts";
import { connectionTable } from "../../stacks/connections.ts";
import { clusterReach } from "../stack/cluster-reach.ts";
import { stackConfig } from "../stack/stack-config.ts";

/** What an audit is held against. */
export interface StackRows {
    readonly table: ConnectionTable;
    readonly mode: PolicyMode;
    /** Whether the stack says what people come through. */
    readonly hasFrontDoor: boolean;
    /** The way in past the login's provider. Undefined while it is shut. */
    readonly breakGlass?: BreakGlassRules;
    /** The kubeconfig and context of a cluster that the stack did not make. */
    readonly reach: { readonly kubeconfig: string; readonly context: string } | undefined;
}

/**
 * The rows of a stack, from its file. No secret is read: the rows depend on none.
 *
 * @throws when there is no such file, and with every problem of its config.
 */
export function stackRows(stack: string, file: string): StackRows {
    const config = stackConfig(stack, file);
    return {
        table: connectionTable(config),
        mode: config.mesh.policy,
        hasFrontDoor: (config.mesh.frontDoor ?? config.entrance) !== undefined,
        ...(config.login?.breakGlass && { breakGlass: config.login.breakGlass }),
        reach: clusterReach(config),
    };
}
