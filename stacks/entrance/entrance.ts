import * as pulumi from "@pulumi/pulumi";

import { chart, namespaceName } from "../../components/airflow/names.ts";
import { EnvoyGateway } from "../../components/entrance/controller/envoy-gateway.ts";
import { Entrance } from "../../components/entrance/entrance.ts";
import { EntranceCertificate } from "../../components/entrance/entrance-certificate.ts";
import { EntranceDefinitions } from "../../components/entrance/entrance-definitions.ts";
import { EntranceNamespace } from "../../components/entrance/entrance-namespace.ts";
import { EntranceService } from "../../components/entrance/entrance-service.ts";
import { type Host } from "../../components/entrance/entrance-route.ts";
import { entranceNamespace } from "../../components/entrance/names.ts";
import { LoginAuthority } from "../../components/entrance/uis/login-authority.ts";
import { LoginSecret } from "../../components/entrance/uis/login-secret.ts";
import { type ManifestObject } from "../../components/manifest.ts";
import { dashboard, vizNamespace } from "../../components/mesh/names.ts";
import { inboundPolicy } from "../../components/mesh/policy/inbound-policy.ts";
import { MeshPolicy } from "../../components/mesh/policy/mesh-policy.ts";
import { type PolicyObject } from "../../components/mesh/policy/objects/policy-object.ts";
import type { AwsFoundation } from "../foundation/aws-foundation.ts";
import { type PlatformConfig } from "../config.ts";
import { airflowHost } from "../config/entrance/ui-rules.ts";
import { UiKind } from "../config/entrance/ui-schema.ts";

/** What the entrance stands on. */
export interface EntranceGround {
    /** Where its load balancer is made. Undefined outside of AWS. */
    readonly aws: AwsFoundation | undefined;
    /** Envoy Gateway's definitions. */
    readonly manifest: readonly ManifestObject[];
    /** The policies of all namespaces. */
    readonly objects: readonly PolicyObject[];
    /** The namespaces that it leads to. */
    readonly namespaces: readonly pulumi.Resource[];
}

/** Makes the way in for people. Undefined where the stack has none. What is for AWS is loaded only by a stack that is there. */
export async function deployEntrance(
    config: PlatformConfig,
    { aws, manifest, objects, namespaces }: EntranceGround,
    opts: pulumi.ComponentResourceOptions,
) {
    const { entrance, mesh, charts, images } = config;
    if (entrance === undefined) {
        return undefined;
    }
    const hosts = [airflowOf(entrance.hostname), ...uiHosts(entrance)];
    const { acme, recordsZoneId } = entrance;
    const inAws = aws && (acme ?? recordsZoneId) !== undefined ? await import("./entrance-in-aws.ts") : undefined;

    const definitions = new EntranceDefinitions("entrance-definitions", { manifest }, opts);

    const room = new EntranceNamespace("entrance", { inboundPolicy: inboundPolicy(mesh.policy) }, opts);
    const { namespace } = room;

    const policy = new MeshPolicy(
        "entrance-policy",
        { namespaces: [entranceNamespace], objects },
        pulumi.mergeOptions(opts, { dependsOn: [room] }),
    );

    const controller = new EnvoyGateway(
        "envoy-gateway",
        {
            namespace,
            backendNamespaces: [...new Set(hosts.map(({ backend }) => backend.namespace))],
            highAvailability: mesh.highAvailability,
            mirror: charts.mirror,
            images,
        },
        pulumi.mergeOptions(opts, { dependsOn: [definitions, policy, ...namespaces] }),
    );

    const issuer =
        aws && inAws && acme ? inAws.acmeIssuerIn(aws, entrance, acme, namespace, opts).issuerRef : entrance.issuer;
    const certificateSecret =
        entrance.certificateSecret ??
        new EntranceCertificate("entrance-certificate", { namespace, hostnames: entrance.hostnames, issuer }, opts)
            .secretName;

    const login =
        entrance.login &&
        new LoginSecret("entrance-login", { namespace, clientSecret: entrance.login.clientSecret }, opts);

    const loginAuthority = entrance.login?.authorityPem;
    const authority =
        loginAuthority === undefined
            ? undefined
            : new LoginAuthority("entrance-login-authority", { namespace, pem: loginAuthority }, opts);

    const door = new Entrance(
        "entrance",
        {
            namespace,
            hosts,
            certificateSecret,
            clientAddress: entrance.clientAddress,
            dataPlane: { replicas: entrance.replicas, images, loginAuthority },
        },
        pulumi.mergeOptions(opts, {
            dependsOn: [controller, ...(login ? [login] : []), ...(authority ? [authority] : [])],
        }),
    );

    const balancing =
        entrance.runsController && aws !== undefined
            ? (await import("./load-balancer-in-aws.ts")).deployLoadBalancer(config, { aws, objects }, opts)
            : undefined;

    const service =
        entrance.service &&
        new EntranceService(
            "entrance-service",
            { namespace, ...entrance.service, sourceRanges: entrance.clients },
            pulumi.mergeOptions(opts, { dependsOn: [door, ...(balancing?.dependsOn ?? [])] }),
        );

    if (aws && inAws && service && recordsZoneId !== undefined) {
        inAws.recordsIn(aws, entrance, recordsZoneId, { hosts, loadBalancer: service.address });
    }

    return {
        revisions: { [entranceNamespace]: controller.revision, ...balancing?.revisions },
        dependsOn: [door, ...(service ? [service] : [])],
        address: service?.address,
    };
}

/** The name by which people come to Linkerd's dashboard. Undefined where none come. */
export function dashboardHost({ entrance }: Pick<PlatformConfig, "entrance">): string | undefined {
    return entrance?.uis.find(({ kind }) => kind === UiKind.viz)?.hostname;
}

/** Airflow's own, which asks people to log in itself. */
function airflowOf(hostname: string): Host {
    return {
        name: airflowHost,
        hostname,
        backend: { namespace: namespaceName, service: chart.apiServerService, port: chart.apiServerPort },
        largestRequest: "8Mi",
    };
}

/** What has no login of its own, each held by the groups that may come. */
function uiHosts({ uis, login, port }: NonNullable<PlatformConfig["entrance"]>): Host[] {
    return login === undefined
        ? []
        : uis.map((ui) => ({
              name: ui.name,
              hostname: ui.hostname,
              port,
              backend:
                  ui.kind === UiKind.viz
                      ? { namespace: vizNamespace, ...dashboard }
                      : { namespace: ui.namespace, service: ui.service, port: ui.port },
              access: { groups: ui.groups, login },
          }));
}
