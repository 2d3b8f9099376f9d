"""
Ends well if every pod that should have a proxy has one. Changes nothing.

Linkerd's injector adds the proxy when a pod is made. A pod that it could not look at then, for whatever reason, stays
without one until it is made anew. A pod that says itself that it wants none is left out, and so is one on the node's
network, which Linkerd never injects, and one that has ended or is ending.
"""

import os
import sys

from kubernetes import client, config

INJECT = "linkerd.io/inject"
ASKING = ("enabled", "ingress")
PROXY = "linkerd-proxy"


def asked(metadata) -> str | None:
    return (metadata.annotations or {}).get(INJECT)


def is_bare(pod, inherited: str | None) -> bool:
    asks = (asked(pod.metadata) or inherited) in ASKING
    lives = pod.metadata.deletion_timestamp is None and pod.status.phase not in ("Succeeded", "Failed")
    containers = [*(pod.spec.init_containers or []), *pod.spec.containers]
    return asks and lives and not pod.spec.host_network and all(one.name != PROXY for one in containers)


def main() -> None:
    config.load_incluster_config()
    core = client.CoreV1Api()
    bare, seen = [], 0
    for namespace in os.environ["NAMESPACES"].split(","):
        inherited = asked(core.read_namespace(namespace).metadata)
        pods = core.list_namespaced_pod(namespace).items
        seen += len(pods)
        bare += [f"{namespace}/{pod.metadata.name}" for pod in pods if is_bare(pod, inherited)]
    if bare:
        sys.exit(
            f"Without a proxy, which they should have: {', '.join(sorted(bare))}. See whether linkerd-proxy-injector in "
            "the namespace linkerd runs, delete these pods, which makes them anew, and deploy again."
        )
    print(f"Looked at {seen} pods in {os.environ['NAMESPACES']}: every one that should have a proxy has it")


if __name__ == "__main__":
    main()
