import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { type Place } from "../place.ts";
import { CONTROLLER_GROUP, NODE_GROUP } from "./access.ts";
import { authenticationConfiguration } from "./authentication.ts";
import { AUDIT_POLICY } from "./audit-policy.ts";
import { Authority, type Subject } from "./certificates.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { GATEWAY } from "./node/process/network/router.ts";
import { KUBELET_CLIENT } from "./node/process/kubelet-server.ts";
import { issuerOf, type Ports } from "./ports.ts";
import { hostName } from "../identity-provider/host-name.ts";
import { peoplesAuthority } from "./peoples-authority.ts";
import { type Client, CLIENTS, type ControlPlaneFiles, KUBERNETES_SERVICE_ADDRESS } from "./programs.ts";

/** The names that Kubernetes' own roles are bound to, and those of access.ts. */
const SUBJECTS: Readonly<Record<Client, Subject>> = {
    "kube-controller-manager": { commonName: "system:kube-controller-manager" },
    "kube-scheduler": { commonName: "system:kube-scheduler" },
    // The gate of teams' namespaces lets nodes alone ask for tokens of the pods that they run.
    node: { commonName: "rehearsal-node", organizations: [NODE_GROUP, "system:nodes"] },
    "cert-manager": { commonName: "rehearsal-cert-manager", organizations: [CONTROLLER_GROUP] },
    "trust-manager": { commonName: "rehearsal-trust-manager", organizations: [CONTROLLER_GROUP] },
};

const API_SERVER_HOSTS = [
    "127.0.0.1",
    "localhost",
    KUBERNETES_SERVICE_ADDRESS,
    GATEWAY,
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
];

/** Makes what is missing, torn or near its expiry, and the administrator's kubeconfig. What is good stays as it is. */
export async function prepareFiles(at: Place, ports: Ports): Promise<ControlPlaneFiles> {
    const folder = join(at.cluster, "certificates");
    for (const path of [at.root, at.cluster, folder, join(at.cluster, "kubeconfigs"), join(at.cluster, "logs")]) {
        mkdirSync(path, { recursive: true, mode: 0o700 });
        chmodSync(path, 0o700);
    }

    // etcd trusts an authority of its own: with the cluster's, every client of the API server could go past it.
    const authority = await Authority.open(folder, "kubernetes-ca");
    const etcdAuthority = await Authority.open(folder, "etcd-ca");
    // What people call has one too: whoever trusts it in a browser does not trust it for the cluster.
    const forPeople = await Authority.open(folder, peoplesAuthority);

    const server = `https://127.0.0.1:${String(ports.api)}`;
    const administrator = await authority.issue("admin", {
        commonName: "rehearsal-admin",
        organizations: ["system:masters"],
    });
    writeKubeconfig(at.kubeconfig, server, authority.certificateFile, administrator);

    const kubeconfigs = {} as Record<Client, string>;
    for (const client of CLIENTS) {
        const file = join(at.cluster, "kubeconfigs", client);
        writeKubeconfig(file, server, authority.certificateFile, await authority.issue(client, SUBJECTS[client]));
        kubeconfigs[client] = file;
    }

    const auditPolicy = join(at.cluster, "audit-policy.json");
    writeFileAtomic.sync(auditPolicy, JSON.stringify(AUDIT_POLICY, null, 4), { mode: 0o600 });

    const authentication = join(at.cluster, "authentication.json");
    const people = authenticationConfiguration(issuerOf(ports), forPeople.certificateFile);
    writeFileAtomic.sync(authentication, JSON.stringify(people, null, 4), { mode: 0o600 });

    return {
        authentication,
        authority: authority.certificateFile,
        apiServer: await authority.issue("kube-apiserver", { commonName: "kube-apiserver", hosts: API_SERVER_HOSTS }),
        kubelet: await authority.issue("kubelet", { commonName: "rehearsal-kubelet", hosts: ["127.0.0.1"] }),
        kubeletClient: await authority.issue("kubelet-client", { commonName: KUBELET_CLIENT }),
        etcdAuthority: etcdAuthority.certificateFile,
        // etcd calls itself with its server's certificate.
        etcdServer: await etcdAuthority.issue("etcd", {
            commonName: "etcd",
            hosts: ["127.0.0.1", "localhost"],
            client: true,
        }),
        etcdClient: await etcdAuthority.issue("etcd-client", { commonName: "kube-apiserver" }),
        serviceAccountKey: serviceAccountKey(folder),
        identityProvider: await forPeople.issue("identity-provider", {
            commonName: hostName,
            hosts: [hostName, "127.0.0.1"],
        }),
        auditPolicy,
        kubeconfigs,
        administrator,
    };
}

/** Links `kubectl` and `helm` to the binary that this control plane was started from. */
export function linkTools(at: Place, binary: string): void {
    mkdirSync(at.bin, { recursive: true, mode: 0o700 });
    for (const tool of ["kubectl", "helm"]) {
        const link = join(at.bin, tool);
        if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === binary) {
            continue;
        }
        const next = `${link}.${String(process.pid)}`;
        symlinkSync(binary, next);
        renameSync(next, link);
    }
}

/** Written once: another key would make every token that was given out worthless. */
function serviceAccountKey(folder: string): string {
    const file = join(folder, "service-account.key");
    if (!existsSync(file)) {
        const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        // In this form the API server also finds the public half in it.
        writeFileAtomic.sync(file, privateKey.export({ format: "pem", type: "sec1" }), { mode: 0o600 });
    }
    return file;
}
