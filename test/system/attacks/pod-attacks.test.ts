import { teamLabel } from "../../../components/teams/team-names.ts";
import { type Attack } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { type Gate, gateOf, podBy, scheduler, team } from "./gate-cluster.ts";
import { image, own, token } from "./task-pod.ts";

const pod = podBy(scheduler);

/** What an author asks for, had the executor passed it on. */
const attacks: readonly Attack<Gate>[] = [
    pod(
        "another account",
        ({ spec }) => (spec.serviceAccountName = "default"),
        /a pod runs as airflow-task here, not as default/,
    ),
    pod(
        "another team's label",
        ({ metadata }) => (metadata.labels[teamLabel] = "billing"),
        /a pod has the label airflow-linkerd.io\/team: analytics/,
    ),
    pod(
        "another team's label for metrics",
        ({ metadata }) => (metadata.labels.team = "billing"),
        /the label team of a pod is analytics, or none/,
    ),
    pod("no team's label", ({ metadata }) => (metadata.labels = {}), /a pod has the label airflow-linkerd.io\/team/),
    pod(
        "a second container",
        ({ spec }) => spec.containers.push({ name: "second", image, securityContext: own }),
        /a task's pod has one container, base/,
    ),
    pod(
        "an image of its own",
        ({ spec }) => (spec.containers[0].image = "example.com/miner:1"),
        /images here are apache\/airflow:3.3.2, example.com\/analytics:1, not example.com\/miner:1/,
    ),
    pod(
        "its node's network",
        ({ spec }) => (spec.hostNetwork = true),
        /shares neither network nor processes with its node/,
    ),
    pod(
        "its node's processes",
        ({ spec }) => (spec.hostPID = true),
        /shares neither network nor processes with its node/,
    ),
    pod("its node's memory", ({ spec }) => (spec.hostIPC = true), /shares neither network nor processes with its node/),
    pod(
        "its node's port",
        ({ spec }) => (spec.containers[0].ports = [{ containerPort: 80, hostPort: 80 }]),
        /a pod takes no port of its node/,
    ),
    pod(
        "its node's files",
        ({ spec }) => spec.volumes.push({ name: "node", hostPath: { path: "/" } }),
        /volumes here are of emptyDir, configMap/,
    ),
    pod(
        "a driver's volume",
        ({ spec }) => spec.volumes.push({ name: "csi", csi: { driver: "secrets-store.csi.k8s.io" } }),
        /volumes here are of emptyDir, configMap/,
    ),
    pod(
        "a volume of another server",
        ({ spec }) => spec.volumes.push({ name: "nfs", nfs: { server: "10.0.0.1", path: "/" } }),
        /volumes here are of emptyDir, configMap/,
    ),
    pod(
        "privileges",
        ({ spec }) => (spec.containers[0].securityContext = { privileged: true }),
        /a container takes no privileges/,
    ),
    pod(
        "a way to privileges",
        ({ spec }) => (spec.containers[0].securityContext = { allowPrivilegeEscalation: true }),
        /a container takes no privileges/,
    ),
    pod(
        "a way to privileges by saying nothing",
        ({ spec }) => delete spec.containers[0].securityContext,
        /a container takes no privileges/,
    ),
    pod(
        "a capability",
        ({ spec }) => (spec.containers[0].securityContext = { ...own, capabilities: { add: ["NET_ADMIN"] } }),
        /a container takes no privileges/,
    ),
    pod(
        "a token for the Kubernetes API",
        ({ spec }) => (spec.automountServiceAccountToken = true),
        /a pod has no token for the Kubernetes API/,
    ),
    pod(
        "such a token by a volume",
        ({ spec }) => spec.volumes.push(token()),
        /tokens in volumes are for identity.l5d.io, pods.eks.amazonaws.com, sts.amazonaws.com/,
    ),
    pod(
        "a token for another service",
        ({ spec }) => spec.volumes.push(token("vault")),
        /tokens in volumes are for identity.l5d.io/,
    ),
    pod(
        "root",
        ({ spec }) => (spec.containers[0].securityContext = { ...own, runAsNonRoot: false, runAsUser: 0 }),
        /a container has a user that is neither root nor the proxy's/,
    ),
    pod(
        "whatever user its image has",
        ({ spec }) => delete spec.securityContext.runAsUser,
        /a container has a user that is neither root nor the proxy's/,
    ),
    pod(
        "no filter of system calls",
        ({ spec }) => (spec.securityContext.seccompProfile = { type: "Unconfined" }),
        /a container stays within its bounds/,
    ),
    pod(
        "no AppArmor profile",
        ({ spec }) => (spec.containers[0].securityContext = { ...own, appArmorProfile: { type: "Unconfined" } }),
        /a container stays within its bounds/,
    ),
    pod(
        "another SELinux type",
        ({ spec }) => (spec.securityContext.seLinuxOptions = { type: "spc_t" }),
        /a container stays within its bounds/,
    ),
    pod(
        "a setting of the kernel",
        ({ spec }) => (spec.securityContext.sysctls = [{ name: "kernel.shm_rmid_forced", value: "0" }]),
        /a container stays within its bounds/,
    ),
    pod(
        "an unmasked /proc",
        ({ spec }) => {
            spec.hostUsers = false;
            spec.containers[0].securityContext = { ...own, procMount: "Unmasked" };
        },
        /a container stays within its bounds/,
    ),
    pod(
        "a node of its choice, past the scheduler",
        ({ spec }) => (spec.nodeName = "control-plane-1"),
        /a pod waits for its turn and its node/,
    ),
    pod(
        "a priority that drives the platform's pods out",
        ({ spec }) => (spec.priorityClassName = "system-node-critical"),
        /a pod waits for its turn and its node/,
    ),
];

describe("The pod of a task", function () {
    this.timeout("10m");

    refusesAttacks("a DAG's author", gateOf(team), attacks);
});
