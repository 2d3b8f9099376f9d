import { type Attack } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { type Gate, gateOf, launching, podBy, scheduler, taskOf, team } from "./gate-cluster.ts";
import { image, own } from "./task-pod.ts";

const proxy = "cr.l5d.io/linkerd/proxy:edge-26.8.3";
const pod = podBy(scheduler);

/** Ways around the proxy that an author asks for, had the executor passed them on. */
const attacks: readonly Attack<Gate>[] = [
    pod(
        "no proxy",
        ({ metadata }) => (metadata.annotations["linkerd.io/inject"] = "disabled"),
        /a pod has Linkerd's proxy, as the mesh adds it/,
    ),
    pod(
        "a proxy of its own",
        ({ spec }) =>
            (spec.initContainers = [
                { name: "linkerd-proxy", image: "example.com/proxy:1", restartPolicy: "Always", securityContext: own },
            ]),
        /a pod has Linkerd's proxy, as the mesh adds it/,
    ),
    pod(
        "a proxy that ends at once",
        ({ spec }) =>
            (spec.initContainers = [
                { name: "linkerd-proxy", image: "cr.l5d.io/linkerd/proxy:1", securityContext: own },
            ]),
        /a pod has Linkerd's proxy, as the mesh adds it/,
    ),
    pod(
        "another proxy image by annotation",
        ({ metadata }) => (metadata.annotations["config.linkerd.io/proxy-image"] = "example.com/proxy"),
        /annotations of linkerd.io are the platform's/,
    ),
    pod(
        "ports around the proxy",
        ({ metadata }) => (metadata.annotations["config.linkerd.io/skip-outbound-ports"] = "1-65535"),
        /annotations of linkerd.io are the platform's/,
    ),
    pod(
        "a policy of its own",
        ({ metadata }) => (metadata.annotations["config.linkerd.io/default-inbound-policy"] = "all-unauthenticated"),
        /annotations of linkerd.io are the platform's/,
    ),
    pod(
        "an alpha setting of the proxy",
        ({ metadata }) => (metadata.annotations["config.alpha.linkerd.io/proxy-wait-before-exit-seconds"] = "9999"),
        /annotations of linkerd.io are the platform's/,
    ),
    pod(
        "an init container before the proxy",
        ({ spec }) => (spec.initContainers = [{ name: "first", image, securityContext: own }]),
        /a task's pod has no init containers of its own/,
    ),
    pod(
        "the processes of the proxy",
        ({ spec }) => (spec.shareProcessNamespace = true),
        /a container stays within its bounds/,
    ),
    pod(
        "the proxy's user, whose traffic goes past the proxy",
        ({ spec }) => (spec.containers[0].securityContext = { ...own, runAsUser: 2102 }),
        /a container has a user that is neither root nor the proxy's/,
    ),
    pod(
        "the proxy's user for the whole pod",
        ({ spec }) => (spec.securityContext.runAsUser = 2102),
        /a container has a user that is neither root nor the proxy's/,
    ),
];

const launched = podBy(taskOf(launching));
const init = (name: string, more: object) => ({ name, image: proxy, securityContext: own, ...more });
const brought = /linkerd-init and linkerd-proxy are the mesh's: a pod brings none of its own/;

/** The same by the task of a team that may make pods: no executor stands before the gate. */
const launches: readonly Attack<Gate>[] = [
    launched(
        "privileges under the name of linkerd-init",
        ({ spec }) =>
            // With a proxy that is there already the mesh adds neither.
            (spec.initContainers = [
                init("linkerd-init", { securityContext: { privileged: true } }),
                init("linkerd-proxy", { restartPolicy: "Always" }),
            ]),
        brought,
    ),
    launched(
        "a capability under the name of linkerd-network-validator",
        ({ spec }) =>
            (spec.initContainers = [
                init("linkerd-network-validator", {
                    securityContext: { ...own, capabilities: { add: ["SYS_ADMIN"] } },
                }),
            ]),
        brought,
    ),
    launched(
        "an image of its own under the name of linkerd-network-validator",
        ({ spec }) => (spec.initContainers = [init("linkerd-network-validator", { image: "example.com/miner:1" })]),
        brought,
    ),
    launched(
        "a proxy that only sleeps",
        ({ spec }) =>
            (spec.initContainers = [
                init("linkerd-proxy", { restartPolicy: "Always", command: ["sleep", "infinity"] }),
            ]),
        brought,
    ),
    launched(
        "a port of its node, taken by an init container",
        ({ spec }) =>
            (spec.initContainers = [
                { name: "first", image, securityContext: own, ports: [{ containerPort: 80, hostPort: 80 }] },
            ]),
        /a pod takes no port of its node/,
    ),
    launched(
        "the proxy's user in an init container",
        ({ spec }) => (spec.initContainers = [{ name: "first", image, securityContext: { ...own, runAsUser: 2102 } }]),
        /a container has a user that is neither root nor the proxy's/,
    ),
    launched(
        "the user of a proxy that it brings itself",
        ({ spec }) => {
            spec.initContainers = [
                init("linkerd-proxy", { restartPolicy: "Always", securityContext: { ...own, runAsUser: 50000 } }),
            ];
        },
        /a container has a user that is neither root nor the proxy's/,
    ),
    launched(
        "an image of its own in an init container",
        ({ spec }) => (spec.initContainers = [{ name: "first", image: "example.com/miner:1", securityContext: own }]),
        /images here are .*, not example\.com\/miner:1/,
    ),
    launched(
        "an image of its own in a second container",
        ({ spec }) => spec.containers.push({ name: "second", image: "example.com/miner:1", securityContext: own }),
        /images here are .*, not example\.com\/miner:1/,
    ),
    launched(
        "its node's network",
        ({ spec }) => (spec.hostNetwork = true),
        /shares neither network nor processes with its node/,
    ),
];

describe("The mesh around a task", function () {
    this.timeout("10m");

    refusesAttacks("a DAG's author", gateOf(team), attacks);
    refusesAttacks("a task that may make pods", gateOf(launching), launches);
});
