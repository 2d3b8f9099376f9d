import { PolicyMode } from "./objects/server.ts";

/**
 * What a namespace is annotated with, for the ports of its pods that no policy names. A pod keeps what was there when it
 * was made, so a change counts for each pod once it is made anew.
 */
export function inboundPolicy(mode: PolicyMode): Readonly<Record<string, string>> {
    return { "config.linkerd.io/default-inbound-policy": mode === PolicyMode.audit ? "audit" : "deny" };
}
