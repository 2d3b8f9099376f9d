import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { Airflow } from "../components/airflow/airflow.ts";
import { AirflowNamespace } from "../components/airflow/airflow-namespace.ts";
import { Login } from "../components/identity/login.ts";
import { CertManager } from "../components/mesh/cert-manager.ts";
import { GatewayApi } from "../components/mesh/gateway-api.ts";
import { readManifest } from "../components/mesh/gateway-api-manifest.ts";
import { Linkerd } from "../components/mesh/linkerd.ts";
import { MeshNamespaces } from "../components/mesh/mesh-namespaces.ts";
import { MeshTrust } from "../components/mesh/mesh-trust.ts";
import { type PlatformConfig } from "./config.ts";
import { type PlatformOutputs } from "./outputs.ts";

/**
 * Puts the platform together. Each part waits for the ones that it names: a pod born before Linkerd's injector is a pod
 * without a proxy, and a destroy goes the same way backwards.
 */
export async function deployPlatform(config: PlatformConfig): Promise<PlatformOutputs> {
    const { cluster, charts, trust, mesh } = config;
    const { mirror } = charts;
    const manifest = await readManifest(charts.gatewayApi);

    const kubernetes = new k8s.Provider("cluster", {
        kubeconfig: cluster.kubeconfig,
        context: cluster.context,
        // Known before anything runs: else a changed kubeconfig would be taken for another cluster.
        clusterIdentifier: cluster.name,
        // A rotated key is written into its Secret; replacing the Secret would for a moment leave none.
        enableSecretMutable: true,
        enableConfigMapMutable: true,
    });
    const inCluster = { providers: [kubernetes] };

    const gatewayApi = new GatewayApi("gateway-api", { manifest }, inCluster);

    const namespaces = new MeshNamespaces("mesh-namespaces", inCluster);

    const certManager = new CertManager(
        "cert-manager",
        {
            mirror,
            highAvailability: mesh.highAvailability,
        },
        inCluster,
    );

    const meshTrust = new MeshTrust(
        "mesh-trust",
        {
            trustDomain: trust.domain,
            generations: trust.generations,
            signer: trust.signer,
            lifetimes: trust.lifetimes,
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [namespaces, certManager] }),
    );

    const linkerd = new Linkerd(
        "linkerd",
        {
            mirror,
            trustDomain: trust.domain,
            lifetimes: trust.lifetimes,
            highAvailability: mesh.highAvailability,
            chartValues: mesh.chartValues,
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [gatewayApi, meshTrust] }),
    );

    const { namespace } = new AirflowNamespace("airflow", pulumi.mergeOptions(inCluster, { dependsOn: [linkerd] }));

    const login = config.login && new Login("login", { namespace, ...config.login }, inCluster);

    const airflow = new Airflow(
        "airflow",
        {
            namespace,
            mirror,
            login,
            ...config.airflow,
        },
        pulumi.mergeOptions(inCluster, { dependsOn: login ? [linkerd, login] : [linkerd] }),
    );

    return {
        outputsVersion: 1,
        clusterName: pulumi.output(cluster.name),
        trustDomain: pulumi.output(trust.domain),
        rootFingerprints: meshTrust.rootFingerprints,
        airflowUrl: airflow.url,
        airflowNamespace: namespace,
    };
}
