import { CertManager, type MeshNamespaces } from "../../../components/index.ts";

/** cert-manager and trust-manager, with several replicas. */
export function certManager(namespaces: MeshNamespaces): CertManager {
    return new CertManager("cert-manager", { highAvailability: true }, { dependsOn: [namespaces] });
}
