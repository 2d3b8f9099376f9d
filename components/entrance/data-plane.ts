import { createHash } from "node:crypto";

import { type ImageSource, published, repositoryOf, tagOf } from "../images.ts";
import { envoyLabels, gatewayName, opaque, ports } from "./names.ts";

/** What Envoy's pods are like. */
export interface DataPlane {
    /** How many. From two on, one at a time may be taken away. */
    readonly replicas: number;
    /** Where images come from. Defaults to where each is published. */
    readonly images?: ImageSource | undefined;
    /** The certificates of the authority behind the login's provider, in PEM. Defaults to the public authorities. */
    readonly loginAuthority?: string | undefined;
}

/** The file that Envoy Gateway has Envoy read authorities from (its internal/utils/cert), and the ConfigMap in its place. */
export const authorityFile = {
    folder: "/etc/ssl/certs",
    name: "ca-certificates.crt",
    configMap: "entrance-login-authority",
} as const;

/** A request that began goes on for so long after its pod was told to stop. */
const drainSeconds = 60;

/** The spec of the EnvoyProxy: how Envoy Gateway runs Envoy. */
export function envoyProxySpec({ replicas, images, loginAuthority }: DataPlane) {
    const believed = loginAuthority === undefined ? undefined : believing(loginAuthority);
    return {
        logging: { level: { default: "warn" } },
        // To Services and not to pods: whom to choose, and with which identity, Linkerd's proxy beside Envoy knows.
        routingType: "Service",
        // Load balancers see first that a pod takes no more, and then it stops.
        shutdown: { drainTimeout: `${drainSeconds}s`, minDrainDuration: "15s" },
        provider: {
            type: "Kubernetes",
            kubernetes: {
                envoyDeployment: {
                    name: gatewayName,
                    replicas,
                    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
                    pod: {
                        annotations: {
                            ...opaque(ports.envoy),
                            "config.linkerd.io/shutdown-grace-period": `${drainSeconds}s`,
                            ...believed?.annotations,
                        },
                        ...believed?.pod,
                        topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
                            (topologyKey) => ({
                                maxSkew: 1,
                                topologyKey,
                                whenUnsatisfiable: "ScheduleAnyway",
                                labelSelector: { matchLabels: envoyLabels },
                            }),
                        ),
                    },
                    container: {
                        ...envoyImage(images),
                        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
                        ...believed?.container,
                    },
                },
                // Whatever is before it is the stack's own, whose deletion the stack can wait for.
                envoyService: { name: gatewayName, type: "ClusterIP", annotations: opaque(ports.https) },
                envoyServiceAccount: { name: gatewayName },
                ...(replicas > 1 ? { envoyPDB: { name: gatewayName, maxUnavailable: 1 } } : {}),
            },
        },
    };
}

function envoyImage(source: ImageSource = published) {
    return source.mirror === undefined && source.digests.envoy === undefined
        ? {}
        : { image: `${repositoryOf("envoy", source)}:${tagOf("envoy", source)}` };
}

/** Envoy calls nobody else by a public authority: what is behind it is in the mesh, and the controller has its own. */
function believing(pem: string) {
    const volume = "login-authority";
    return {
        // Envoy reads the file when it starts.
        annotations: { "airflow-linkerd.io/login-authority-sha256": createHash("sha256").update(pem).digest("hex") },
        pod: { volumes: [{ name: volume, configMap: { name: authorityFile.configMap } }] },
        container: { volumeMounts: [{ name: volume, mountPath: authorityFile.folder, readOnly: true }] },
    };
}
