import { cluster } from "./deploy-cluster.ts";
import { data } from "./deploy-data.ts";
import { limits } from "./deploy-limits.ts";
import { names } from "./deploy-names.ts";
import { network } from "./deploy-network.ts";
import { roles } from "./deploy-roles.ts";
import { type Deployment } from "./deployment.ts";
import { type PolicyDocument, policy } from "../policy.ts";
import { mayWriteState } from "../state/state-permissions.ts";

/** What the policies of a deploy role are each about. */
export const deploySubjects = ["state", "network", "cluster", "data", "roles", "limits"] as const;

export type DeploySubject = (typeof deploySubjects)[number];

/**
 * What deploying the platform takes, by subject, each within AWS's limit for one policy. Services that name resources
 * are held to names that begin with the cluster's; EC2, which does not, is held to the region.
 */
export function deployPermissions(deployment: Deployment): Record<DeploySubject, PolicyDocument> {
    return {
        state: policy(...mayWriteState(deployment.state, deployment.stack)),
        network: policy(...network(deployment), ...names(deployment)),
        cluster: policy(...cluster(deployment)),
        data: policy(...data(deployment)),
        roles: policy(...roles(deployment)),
        limits: policy(...limits(deployment)),
    };
}
