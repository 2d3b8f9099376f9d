import { LinkerdViz, type MeshPolicy } from "../../../components/index.ts";

/** Metrics and dashboard, after the policies of their namespace. */
export function linkerdViz(policy: MeshPolicy): LinkerdViz {
    return new LinkerdViz("linkerd-viz", { trustDomain: "cluster.local" }, { dependsOn: [policy] });
}
