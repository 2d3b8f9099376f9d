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
import { airflowSurroundings } from "./airflow-surroundings.ts";
import { type PlatformConfig } from "./config.ts";
import { layFoundation } from "./foundation.ts";
import { type PlatformOutputs } from "./outputs.ts";

/**
 * Puts the platform together. Each part waits for the ones that it names: a pod born before Linkerd's injector is a pod
 * without a proxy, and a destroy goes the same way backwards.
 */
export async function deployPlatform(config: PlatformConfig): Promise<PlatformOutputs> {
    const { charts, trust, mesh } = config;
    const { mirror } = charts;
    const manifest = await readManifest(charts.gatewayApi);

    const foundation = await layFoundation(config);
    const inCluster = { providers: [foundation.kubernetes], dependsOn: [...foundation.settings] };

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

    const surroundings = await airflowSurroundings(foundation, config);

    const airflow = new Airflow(
        "airflow",
        {
            ...config.airflow,
            namespace,
            mirror,
            login,
            ...surroundings.args,
        },
        pulumi.mergeOptions(inCluster, {
            dependsOn: [linkerd, ...(login ? [login] : []), ...surroundings.dependsOn],
        }),
    );

    return {
        outputsVersion: 1,
        clusterName: pulumi.output(foundation.clusterName),
        // Left out rather than undefined, of which Pulumi would warn.
        ...(foundation.aws && { clusterOidcProviderArn: foundation.aws.oidcProviderArn }),
        trustDomain: pulumi.output(trust.domain),
        rootFingerprints: meshTrust.rootFingerprints,
        airflowUrl: airflow.url,
        airflowNamespace: namespace,
        airflowRoleArns: surroundings.roleArns,
    };
}
