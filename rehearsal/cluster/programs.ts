import { join } from "node:path";

import { Containers } from "../containers.ts";
import { type Place } from "../place.ts";
import { type KeyPairFiles } from "./certificates.ts";
import { KUBELET_ADDRESS_TYPE } from "./node/node-object.ts";
import { GATEWAY } from "./node/process/network/router.ts";
import { addressOf, type Ports } from "./ports.ts";

/** A program of the control plane, and how it is started. */
export interface Program {
    readonly name: string;
    readonly command: string;
    readonly args: readonly string[];
    /** It is started again when the content of one of these changes. */
    readonly files: readonly string[];
    /** What must be in no argument, where others could read it. */
    readonly environment?: Readonly<Record<string, string>>;
}

/** Programs of this checkout, each as its sources: the first is the one that is started. */
export interface OwnPrograms {
    readonly node: readonly string[];
    readonly identityProvider: readonly string[];
}

/** The files that the programs are given, all under the place's cluster folder. */
export interface ControlPlaneFiles {
    readonly authority: string;
    readonly administrator: KeyPairFiles;
    readonly apiServer: KeyPairFiles;
    /** What a node shows to the API server, and the API server to a node. */
    readonly kubelet: KeyPairFiles;
    readonly kubeletClient: KeyPairFiles;
    readonly etcdAuthority: string;
    readonly etcdServer: KeyPairFiles;
    readonly etcdClient: KeyPairFiles;
    /** Signs and checks service account tokens. */
    readonly serviceAccountKey: string;
    /** Signed by an authority of its own, for what people call. */
    readonly identityProvider: KeyPairFiles;
    readonly auditPolicy: string;
    /** Whose word counts for who a person is. */
    readonly authentication: string;
    /** By program. */
    readonly kubeconfigs: Readonly<Record<Client, string>>;
}

/** Programs that call the API server, each under a name of its own. */
export const CLIENTS = ["kube-controller-manager", "kube-scheduler", "node", "cert-manager", "trust-manager"] as const;
export type Client = (typeof CLIENTS)[number];

/** The address of the `kubernetes` Service is the range's first: the API server's certificate names it. */
export const SERVICE_RANGE = "10.96.0.0/16";
export const KUBERNETES_SERVICE_ADDRESS = "10.96.0.1";

/** The Service that people use, with its port. */
const AIRFLOW_SERVICE = "airflow-api-server.airflow.svc.cluster.local:8080";

/** Who talks to the identity provider: namespace and service account. */
const AIRFLOW_API_SERVER = "airflow/airflow-api-server";

// Asked for by every program that may run more than once; here each runs once, and an election is a wait.
const ALONE = "--leader-elect=false";
// The defaults spare a large cluster's API server; here a hundred pods would wait for them.
const BRISK = ["--kube-api-qps=300", "--kube-api-burst=600"];

/** etcd and the API server, which everything else calls. */
export function servers(at: Place, binary: string, ports: Ports, files: ControlPlaneFiles): Program[] {
    const client = `https://127.0.0.1:${String(ports.etcd)}`;
    const peer = `https://127.0.0.1:${String(ports.etcdPeer)}`;
    const { apiServer, etcdServer, etcdClient } = files;
    return [
        program(binary, "etcd", Object.values(etcdServer), [
            "--name=rehearsal",
            `--data-dir=${join(at.cluster, "etcd")}`,
            `--listen-client-urls=${client}`,
            `--advertise-client-urls=${client}`,
            `--listen-peer-urls=${peer}`,
            `--initial-advertise-peer-urls=${peer}`,
            `--initial-cluster=rehearsal=${peer}`,
            `--cert-file=${etcdServer.certificateFile}`,
            `--key-file=${etcdServer.keyFile}`,
            "--client-cert-auth",
            `--trusted-ca-file=${files.etcdAuthority}`,
            `--peer-cert-file=${etcdServer.certificateFile}`,
            `--peer-key-file=${etcdServer.keyFile}`,
            "--peer-client-cert-auth",
            `--peer-trusted-ca-file=${files.etcdAuthority}`,
            "--log-level=warn",
        ]),
        program(
            binary,
            "kube-apiserver",
            [
                ...Object.values(apiServer),
                ...Object.values(etcdClient),
                ...Object.values(files.kubeletClient),
                files.authority,
                files.auditPolicy,
                files.authentication,
            ],
            [
                "--bind-address=127.0.0.1",
                `--secure-port=${String(ports.api)}`,
                // The endpoint of the `kubernetes` Service, which may not be a loopback address: pods find the API
                // server there too.
                `--advertise-address=${GATEWAY}`,
                `--etcd-servers=${client}`,
                `--etcd-cafile=${files.etcdAuthority}`,
                `--etcd-certfile=${etcdClient.certificateFile}`,
                `--etcd-keyfile=${etcdClient.keyFile}`,
                `--client-ca-file=${files.authority}`,
                `--tls-cert-file=${apiServer.certificateFile}`,
                `--tls-private-key-file=${apiServer.keyFile}`,
                "--anonymous-auth=false",
                `--authentication-config=${files.authentication}`,
                `--kubelet-certificate-authority=${files.authority}`,
                `--kubelet-client-certificate=${files.kubeletClient.certificateFile}`,
                `--kubelet-client-key=${files.kubeletClient.keyFile}`,
                `--kubelet-preferred-address-types=${KUBELET_ADDRESS_TYPE}`,
                "--authorization-mode=Node,RBAC",
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                `--service-account-signing-key-file=${files.serviceAccountKey}`,
                `--service-account-key-file=${files.serviceAccountKey}`,
                `--service-cluster-ip-range=${SERVICE_RANGE}`,
                "--allow-privileged",
                "--profiling=false",
                `--audit-policy-file=${files.auditPolicy}`,
                `--audit-log-path=${join(at.cluster, "logs", "audit.log")}`,
                "--audit-log-maxsize=20",
                "--audit-log-maxbackup=1",
            ],
        ),
    ];
}

/** What works on what the API server holds. */
export function controllers(
    at: Place,
    binary: string,
    own: OwnPrograms,
    ports: Ports,
    files: ControlPlaneFiles,
    containers: Containers,
): Program[] {
    const processes =
        containers === Containers.processes
            ? [
                  `--processes-at=${at.root}`,
                  `--publish=${String(ports.airflow)}=${AIRFLOW_SERVICE}`,
                  `--loopback=${String(ports.identityProvider)}=${AIRFLOW_API_SERVER}`,
                  `--kubelet-certificate=${files.kubelet.certificateFile}`,
                  `--kubelet-key=${files.kubelet.keyFile}`,
                  `--kubelet-authority=${files.authority}`,
              ]
            : [];
    const kubeconfig = (name: Client) => `--kubeconfig=${files.kubeconfigs[name]}`;
    const client = (name: Client, args: string[] = []): Program =>
        program(binary, name, [files.kubeconfigs[name]], [kubeconfig(name), ...args]);
    return [
        client("kube-controller-manager", [
            ALONE,
            ...BRISK,
            // Nobody reads its metrics, so it need not listen.
            "--secure-port=0",
            "--use-service-account-credentials",
            `--service-account-private-key-file=${files.serviceAccountKey}`,
            `--root-ca-file=${files.authority}`,
        ]),
        client("kube-scheduler", [ALONE, ...BRISK, "--secure-port=0"]),
        {
            ...script("node", own.node, ["--kubeconfig", files.kubeconfigs.node, ...processes]),
            files: [files.kubeconfigs.node, ...Object.values(files.kubelet), ...own.node],
        },
        client("cert-manager"),
        client("trust-manager"),
    ];
}

/** Where people log in to the Airflow that runs here. */
export function identityProvider(
    own: OwnPrograms,
    ports: Ports,
    { certificateFile, keyFile }: KeyPairFiles,
    clientSecret: string,
): Program {
    const args = [
        `--port=${String(ports.identityProvider)}`,
        `--certificate=${certificateFile}`,
        `--key=${keyFile}`,
        `--airflow=${addressOf(ports.airflow)}`,
    ];
    return {
        ...script("identity-provider", own.identityProvider, args),
        files: [certificateFile, keyFile, ...own.identityProvider],
        environment: { CLIENT_SECRET: clientSecret },
    };
}

function script(name: string, sources: readonly string[], args: readonly string[]): Program {
    return { name, command: process.execPath, args: [...sources.slice(0, 1), ...args], files: sources };
}

function program(binary: string, name: string, files: string[], args: string[]): Program {
    return { name, command: binary, args: [name, ...args], files };
}
