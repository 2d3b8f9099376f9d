import { type ChartValues, layered } from "../../chart-values.ts";
import { type ImageSource, published, repositoryOf, tagOf } from "../../images.ts";
import { controllerLabels, controllerName, opaque, ports } from "../names.ts";

/** What the values of Envoy Gateway's chart depend on. */
export interface EnvoyGatewaySettings {
    readonly highAvailability: boolean;
    /** The namespaces that it reads, Secrets included: its own, and those of what it leads to. */
    readonly namespaces: readonly string[];
    /** Where images come from. Defaults to where each is published. */
    readonly images?: ImageSource | undefined;
}

export function envoyGatewayValues({ highAvailability, namespaces, images }: EnvoyGatewaySettings): ChartValues {
    return layered(
        highAvailability ? highlyAvailable : {},
        {},
        {
            // The definitions are objects of the stack, and Gateway API brings its own policy about upgrades.
            crds: { enabled: false },
            // Which zone a pod is in, by a webhook. Envoy leads to Services, and Linkerd knows the zones.
            topologyInjector: { enabled: false },
            // The host name by which Envoy finds it, whatever the mesh's trust domain is.
            kubernetesClusterDomain: "cluster.local",
            ...controllerImage(images),
            deployment: { pod: { annotations: opaque(ports.xds) } },
            service: { annotations: opaque(ports.xds) },
            config: {
                envoyGateway: {
                    gateway: { controllerName },
                    provider: {
                        type: "Kubernetes",
                        // Without the list it would read every Secret of the cluster, the mesh's keys among them.
                        kubernetes: { watch: { type: "Namespaces", namespaces: [...namespaces].sort() } },
                    },
                    // A patch could undo every rule of the entrance.
                    extensionApis: { enableEnvoyPatchPolicy: false, enableBackend: false },
                },
            },
        },
    );
}

function controllerImage(source: ImageSource = published): ChartValues {
    return source.mirror === undefined && source.digests.envoyGateway === undefined
        ? {}
        : {
              global: {
                  images: {
                      envoyGateway: {
                          image: `${repositoryOf("envoyGateway", source)}:${tagOf("envoyGateway", source)}`,
                      },
                  },
              },
          };
}

/** One of the two leads. Envoy goes on with what it was told last while there is none. */
const highlyAvailable: ChartValues = {
    deployment: {
        replicas: 2,
        pod: {
            topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: controllerLabels },
            })),
        },
    },
    podDisruptionBudget: { minAvailable: 1 },
};
