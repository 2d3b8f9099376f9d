import * as pulumi from "@pulumi/pulumi";

import { Airflow } from "../components/airflow/airflow.ts";
import { type AirflowArgs } from "../components/airflow/airflow-args.ts";
import { AirflowNamespace } from "../components/airflow/airflow-namespace.ts";
import { ProxyCheck } from "../components/airflow/jobs/proxy-check.ts";
import { chart, namespaceName } from "../components/airflow/names.ts";
import { PullSecret } from "../components/airflow/settings/pull-secret.ts";
import { Login } from "../components/identity/login.ts";
import { CertManager } from "../components/mesh/cert-manager.ts";
import { readManifest } from "../components/manifest.ts";
import { GatewayApi } from "../components/mesh/gateway-api.ts";
import { Linkerd } from "../components/mesh/linkerd.ts";
import { LinkerdViz } from "../components/mesh/linkerd-viz.ts";
import { MeshNamespaces } from "../components/mesh/mesh-namespaces.ts";
import { prometheusUrl } from "../components/mesh/linkerd-values.ts";
import { MeshTrust } from "../components/mesh/trust/mesh-trust.ts";
import { certManagerNamespace, linkerdNamespace, vizNamespace } from "../components/mesh/names.ts";
import { inboundPolicy } from "../components/mesh/policy/inbound-policy.ts";
import { MeshPolicy } from "../components/mesh/policy/mesh-policy.ts";
import { NetworkIsolation } from "../components/mesh/policy/network-isolation.ts";
import { policyObjects } from "../components/mesh/policy/policy-objects.ts";
import { outputsVersion } from "../components/platform/contract.ts";
import { airflowSurroundings } from "./airflow/airflow-surroundings.ts";
import { type PlatformConfig } from "./config.ts";
import { connectionTable, policySettings } from "./connections.ts";
import { dashboardHost, deployEntrance } from "./entrance/entrance.ts";
import { checkExisting } from "./existing/check.ts";
import { layFoundation } from "./foundation/foundation.ts";
import { type PlatformOutputs } from "./outputs.ts";
import { deployTeamParsing } from "./teams/team-parsing.ts";
import { deployTeams, tasksOutputs } from "./teams/teams.ts";
import { dagBundlesOf, rolesInAirflow } from "./teams/team-tasks.ts";

/**
 * Deploys the platform. The order matters: a pod that starts before Linkerd's injector has no proxy. A destroy runs in the
 * reverse order.
 */
export async function deployPlatform(config: PlatformConfig): Promise<PlatformOutputs> {
    const { charts, images, trust, mesh, existing } = config;
    const { mirror } = charts;
    const manifest = existing.gatewayApi ? [] : await readManifest(charts.gatewayApi);
    const envoyGatewayManifest = config.entrance ? await readManifest(config.entrance.definitions) : [];
    await checkExisting(config);

    const foundation = await layFoundation(config);
    const inCluster = { providers: [foundation.kubernetes], dependsOn: [...foundation.settings] };

    const gatewayApi = new GatewayApi("gateway-api", { manifest }, inCluster);

    const namespaces = new MeshNamespaces(
        "mesh-namespaces",
        {
            policy: mesh.policy,
            existingCertManager: existing.certManager !== undefined,
            prometheusUrl: existing.prometheus && prometheusUrl(existing.prometheus),
        },
        inCluster,
    );

    const objects = policyObjects(connectionTable(config), policySettings(config));

    const isolation = new NetworkIsolation(
        "mesh-isolation",
        {
            namespaces: [...(existing.certManager === undefined ? [certManagerNamespace] : []), linkerdNamespace],
            objects,
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [namespaces] }),
    );

    const certManager = new CertManager(
        "cert-manager",
        {
            mirror,
            images,
            highAvailability: mesh.highAvailability,
            provesByDns: config.entrance?.acme !== undefined,
            existingCertManager: existing.certManager?.namespace,
            existingTrustManager: existing.trustManager?.namespace,
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [isolation] }),
    );

    const meshTrust = new MeshTrust(
        "mesh-trust",
        {
            trustDomain: trust.domain,
            generations: trust.generations,
            signer: trust.signer,
            lifetimes: trust.lifetimes,
            certManagerNamespace: existing.certManager?.namespace,
            trustNamespace: existing.trustManager?.namespace,
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [namespaces, certManager] }),
    );

    const linkerd = new Linkerd(
        "linkerd",
        {
            mirror,
            images,
            trustDomain: trust.domain,
            lifetimes: trust.lifetimes,
            highAvailability: mesh.highAvailability,
            chartValues: mesh.chartValues,
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [gatewayApi, meshTrust, isolation] }),
    );

    const airflowNamespace = new AirflowNamespace(
        "airflow",
        { inboundPolicy: inboundPolicy(mesh.policy) },
        pulumi.mergeOptions(inCluster, { dependsOn: [linkerd] }),
    );
    const { namespace } = airflowNamespace;

    const { registryLogin } = config.airflow;
    const pullSecret = registryLogin
        ? [new PullSecret("airflow-image-pull", { namespace, login: registryLogin }, inCluster)]
        : [];

    const policy = new MeshPolicy(
        "mesh-policy",
        { namespaces: [vizNamespace, namespaceName], objects },
        pulumi.mergeOptions(inCluster, { dependsOn: [linkerd, namespaces, airflowNamespace] }),
    );

    const viz = new LinkerdViz(
        "linkerd-viz",
        {
            mirror,
            images,
            trustDomain: trust.domain,
            highAvailability: mesh.highAvailability,
            prometheus: existing.prometheus,
            dashboardHost: dashboardHost(config),
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [meshTrust, policy] }),
    );

    const entrance = await deployEntrance(
        config,
        { aws: foundation.aws, manifest: envoyGatewayManifest, objects, namespaces: [airflowNamespace, namespaces] },
        pulumi.mergeOptions(inCluster, { dependsOn: [gatewayApi, certManager, linkerd, policy] }),
    );

    const login =
        config.login &&
        new Login(
            "login",
            {
                namespace,
                rules: { ...config.login.rules, platformRoles: config.teams.flatMap(rolesInAirflow) },
                client: config.login.client,
                breakGlass: config.login.breakGlass && {
                    ...config.login.breakGlass,
                    namespace: namespaceName,
                    apiServerAccount: chart.apiServerAccount,
                },
            },
            inCluster,
        );

    const surroundings = await airflowSurroundings(foundation, config);

    const teams = await deployTeams(
        config,
        { foundation, surroundings, namespace, objects },
        pulumi.mergeOptions(inCluster, { dependsOn: [linkerd, namespaces, airflowNamespace] }),
    );

    const airflow = new Airflow(
        "airflow",
        {
            namespace,
            version: config.airflow.version,
            url: config.airflow.url,
            highAvailability: config.airflow.highAvailability,
            mirror,
            images,
            login,
            database: surroundings.args.database,
            sizes: config.airflow.sizes,
            concurrency: config.airflow.concurrency,
            dagBundles: dagBundlesOf(config),
            pools: config.airflow.pools,
            retention: config.airflow.retention,
            keys: config.airflow.keys,
            logVolume: surroundings.args.logVolume,
            remoteLogs: surroundings.args.remoteLogs,
            secretsBackend: surroundings.args.secretsBackend,
            serviceAccountAnnotations: surroundings.args.serviceAccountAnnotations,
            taskPlacement: surroundings.args.taskPlacement,
            image: config.airflow.image,
            config: config.airflow.config,
            secretConfig: config.airflow.secretConfig,
            taskAdditions: config.airflow.tasks,
            lookups: config.airflow.lookups,
            teams: teams.airflow,
            chartValues: config.airflow.chartValues,
            // Optional ones too: an argument that is forgotten here would silently take its default.
        } satisfies Record<keyof AirflowArgs, unknown>,
        pulumi.mergeOptions(inCluster, {
            dependsOn: [
                viz,
                policy,
                ...pullSecret,
                ...(login ? [login] : []),
                ...surroundings.dependsOn,
                ...teams.dependsOn,
            ],
        }),
    );

    const parsing = deployTeamParsing(
        config,
        { access: airflow.teamAccess, surroundings, bundleVersions: teams.bundleVersions, ground: teams.ground },
        inCluster,
    );

    new ProxyCheck(
        "proxy-check",
        {
            namespace,
            version: config.airflow.version,
            settings: { image: config.airflow.image },
            revisions: { [namespaceName]: airflow.revision, [vizNamespace]: viz.revision, ...entrance?.revisions },
        },
        pulumi.mergeOptions(inCluster, { dependsOn: [viz, airflow, ...parsing, ...(entrance?.dependsOn ?? [])] }),
    );

    return {
        outputsVersion,
        clusterName: pulumi.output(foundation.clusterName),
        // Left out outside AWS, because Pulumi warns about an undefined output.
        ...(foundation.aws && { clusterOidcProviderArn: foundation.aws.oidcProviderArn }),
        trustDomain: pulumi.output(trust.domain),
        rootFingerprints: meshTrust.rootFingerprints,
        airflowUrl: airflow.url,
        ...(entrance?.address && { entranceAddress: entrance.address }),
        airflowNamespace: namespace,
        airflowRoleArns: surroundings.roleArns,
        ...tasksOutputs(teams.outputs),
    };
}
