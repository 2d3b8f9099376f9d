import { type CertManager, MeshTrust } from "../../../components/index.ts";

/** The first root and what it signs. A rotation adds a generation, lets it sign, and then removes the old one. */
export function meshTrust(certManager: CertManager): MeshTrust {
    return new MeshTrust(
        "mesh-trust",
        { trustDomain: "cluster.local", generations: [1], signer: 1 },
        { dependsOn: [certManager] },
    );
}
