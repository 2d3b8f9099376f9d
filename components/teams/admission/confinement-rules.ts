import { type Rule, list, text } from "./rule.ts";

/** The user of Linkerd's proxy unless a stack's `proxy.uid` says another. What that user sends goes past the proxy. */
const proxyUser = 2102;

/** Nobody else's: root, and whoever the proxy of this pod is. */
const takenUsers =
    `[0, ${proxyUser}] + variables.mesh.filter(c, c.name == "linkerd-proxy")` +
    `.map(c, c.?securityContext.?runAsUser.orValue(${proxyUser}))`;

/** What `linkerd-init` needs to lead the pod's traffic through the proxy. */
const initCapabilities = ["NET_ADMIN", "NET_RAW"];

/**
 * What keeps a pod's containers apart from its node and from the proxy beside them: what Pod Security's `restricted` would
 * ask of them, which cannot be had for the namespace because of `linkerd-init`; and that nobody borrows the mesh's names.
 */
export function confinementRules(proxyImage: string): Rule[] {
    return [
        {
            // The other rules look away from containers with these names.
            allowed:
                `variables.mesh.all(c, c.image.startsWith(${text(`${proxyImage}:`)}) && ` +
                `!c.?securityContext.?privileged.orValue(false) && ` +
                `c.?securityContext.?capabilities.?add.orValue([]).all(x, c.name == "linkerd-init" && x in ${list(initCapabilities)}) && ` +
                `(c.name != "linkerd-proxy" || (!has(c.command) && !has(c.args))))`,
            message: text("linkerd-init and linkerd-proxy are the mesh's: a pod brings none of its own by these names"),
        },
        {
            allowed:
                `variables.own.all(c, !(c.?securityContext.?runAsUser.orValue(` +
                `object.spec.?securityContext.?runAsUser.orValue(0)) in (${takenUsers})))`,
            message: text(
                `a container has a user that is neither root nor the proxy's: set runAsUser, not to 0 or ${proxyUser}`,
            ),
        },
        {
            allowed:
                `!object.spec.?shareProcessNamespace.orValue(false) && ` +
                `object.spec.?securityContext.?sysctls.orValue([]).size() == 0 && ` +
                `${confined("object.spec")} && variables.own.all(c, ${confined("c")} && ` +
                `c.?securityContext.?procMount.orValue("Default") == "Default")`,
            message: text(
                "a container stays within its bounds: leave sysctls, procMount, seLinuxOptions, windowsOptions, " +
                    "unconfined profiles and shareProcessNamespace out",
            ),
        },
        {
            allowed:
                `(request.operation != "CREATE" || !has(object.spec.nodeName)) && ` +
                `!object.spec.?priorityClassName.orValue("").startsWith("system-")`,
            message: text("a pod waits for its turn and its node: leave nodeName and system priorities out"),
        },
    ];
}

/** Of a pod's specification, or of a container. */
function confined(of: string): string {
    const security = `${of}.?securityContext`;
    return (
        `${security}.?seccompProfile.?type.orValue("") != "Unconfined" && ` +
        `${security}.?appArmorProfile.?type.orValue("") != "Unconfined" && ` +
        `!${security}.?seLinuxOptions.hasValue() && !${security}.?windowsOptions.hasValue()`
    );
}
