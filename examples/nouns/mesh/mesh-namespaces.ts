import { MeshNamespaces, PolicyMode } from "../../../components/index.ts";

/** The namespaces of Linkerd and cert-manager, before everything that goes into them. */
export function meshNamespaces(): MeshNamespaces {
    return new MeshNamespaces("mesh-namespaces", { policy: PolicyMode.enforce });
}
