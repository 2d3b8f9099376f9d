import { type ExistingParts } from "../../components/mesh/existing/parts.ts";
import { type ClusterView } from "./cluster-view.ts";

/** What whoever deploys may not do, of what the stack puts beside a cert-manager of somebody else's. */
export async function forbidden(
    view: ClusterView,
    { certManager, trustManager }: Pick<ExistingParts, "certManager" | "trustManager">,
): Promise<string[]> {
    if (certManager === undefined) {
        return [];
    }
    const { namespace } = certManager;
    const needed = [
        { group: "", resource: "secrets", namespace },
        { group: "", resource: "configmaps", namespace: trustManager?.namespace ?? namespace },
        { group: "cert-manager.io", resource: "certificates", namespace },
        { group: "cert-manager.io", resource: "issuers", namespace },
        { group: "cert-manager.io", resource: "clusterissuers", namespace: undefined },
    ];
    const allowed = await Promise.all(
        needed.map(({ group, resource, namespace: where }) => view.may("create", group, resource, where)),
    );
    return needed
        .filter((_, index) => allowed[index] === false)
        .map(({ resource, namespace: where }) =>
            where === undefined ? `create ${resource}` : `create ${resource} in namespace ${where}`,
        );
}
