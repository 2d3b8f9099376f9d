import { type V1Lease, type V1Node, type V1NodeCondition, V1MicroTime } from "@kubernetes/client-node";

/** One node of the rehearsal. Nothing listens on its address: it is where the cluster believes the node to be. */
export interface RehearsalNode {
    name: string;
    zone: string;
    address: string;
    /** First three numbers of the range from which its pods get addresses. */
    podPrefix: string;
}

/** Three nodes in three zones, so that spreading rules mean something. */
export const rehearsalNodes: readonly RehearsalNode[] = ["a", "b", "c"].map((zone, index) => ({
    name: `rehearsal-${zone}`,
    zone,
    address: `10.243.0.${index + 1}`,
    podPrefix: `10.244.${index}`,
}));

/** The kind of address at which the API server looks for a node's logs. */
export const KUBELET_ADDRESS_TYPE = "ExternalIP";

const leaseSeconds = 40;

// Room for any rehearsal: simulated containers use nothing, and requests still have to fit somewhere. A /24 holds the
// pods.
const capacity = { cpu: "32", memory: "128Gi", "ephemeral-storage": "500Gi", pods: "250" };

/**
 * The node as it registers itself. The version says what it is, because no kubelet runs here: at most, something answers
 * for logs on `kubeletPort` of this machine.
 */
export function nodeObject(node: RehearsalNode, now: Date, kubeletPort?: number): V1Node {
    const labels = {
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "rehearsal",
        "topology.kubernetes.io/zone": node.zone,
        "node-role.kubernetes.io/worker": "",
    };
    const podCIDR = `${node.podPrefix}.0/24`;
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: node.name, labels },
        spec: { podCIDR, podCIDRs: [podCIDR] },
        status: nodeStatus(node, now, kubeletPort),
    };
}

function nodeStatus(node: RehearsalNode, now: Date, kubeletPort: number | undefined): V1Node["status"] {
    const pressure = (type: string): V1NodeCondition =>
        condition(type, "False", `Rehearsal${type.replace("Pressure", "")}IsAmple`, now);
    return {
        capacity,
        allocatable: capacity,
        addresses: [
            { type: "InternalIP", address: node.address },
            { type: "Hostname", address: node.name },
            ...(kubeletPort === undefined ? [] : [{ type: KUBELET_ADDRESS_TYPE, address: "127.0.0.1" }]),
        ],
        daemonEndpoints: kubeletPort === undefined ? undefined : { kubeletEndpoint: { Port: kubeletPort } },
        conditions: [
            pressure("MemoryPressure"),
            pressure("DiskPressure"),
            pressure("PIDPressure"),
            condition("Ready", "True", "RehearsalNodeReady", now),
        ],
        nodeInfo: {
            architecture: "amd64",
            operatingSystem: "linux",
            osImage: "rehearsal",
            kernelVersion: "rehearsal",
            kubeletVersion: "rehearsal",
            kubeProxyVersion: "",
            containerRuntimeVersion: "simulated://1",
            machineID: node.name,
            systemUUID: node.name,
            bootID: node.name,
        },
    };
}

function condition(type: string, status: string, reason: string, now: Date): V1NodeCondition {
    return { type, status, reason, message: "", lastHeartbeatTime: now, lastTransitionTime: now };
}

/** The lease that tells the control plane that the node is alive. It goes when the node's object goes. */
export function nodeLease(name: string, uid: string, now: Date): V1Lease {
    return {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
        spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: new V1MicroTime(now) },
    };
}
