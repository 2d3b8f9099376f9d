import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { CertManager } from "../../../components/mesh/cert-manager.ts";
import { MeshNamespaces } from "../../../components/mesh/mesh-namespaces.ts";

const config = new pulumi.Config();
const cluster = new k8s.Provider("cluster", {
    kubeconfig: config.require("kubeconfig"),
    clusterIdentifier: "two-components",
});
const opts = { providers: [cluster] };

const namespaces = new MeshNamespaces("mesh-namespaces", { policy: "enforce" }, opts);
if (config.requireBoolean("withCertManager")) {
    new CertManager(
        "cert-manager",
        { mirror: "../../../rehearsal/charts" },
        pulumi.mergeOptions(opts, { dependsOn: [namespaces] }),
    );
}
