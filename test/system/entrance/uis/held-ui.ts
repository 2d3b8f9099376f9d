import { EntranceRoute } from "../../../../components/entrance/entrance-route.ts";
import { LoginSecret } from "../../../../components/entrance/uis/login-secret.ts";
import { plainMap } from "../../../../rehearsal/engine/values/secrecy.ts";
import { underMocks } from "../../../support/mocks.ts";
import { type AnyObject } from "../../bare-cluster.ts";
import { entrance, shop, uiHost } from "../door-objects.ts";
import { clientId, clientSecret, type LoginProvider } from "./login-provider.ts";

export const group = "platform-admins";
export const contact = "the platform team, #platform";

const types = [
    "gateway.networking.k8s.io/v1:HTTPRoute",
    "gateway.networking.k8s.io/v1beta1:ReferenceGrant",
    "gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy",
    "gateway.envoyproxy.io/v1alpha1:SecurityPolicy",
    "core/v1:Secret",
].map((type) => `kubernetes:${type}`);

/** A UI behind the login of the entrance, as a stack makes it. */
export async function heldUi({ issuer }: LoginProvider): Promise<AnyObject[]> {
    const { registered } = await underMocks(types, () => {
        new LoginSecret("login", { namespace: entrance, clientSecret });
        return new EntranceRoute("ui", {
            namespace: entrance,
            host: {
                name: "ui",
                hostname: uiHost,
                backend: { namespace: shop, service: "server", port: 80 },
                access: {
                    groups: [group],
                    login: {
                        issuer,
                        clientId,
                        clientSecret,
                        scopes: ["openid", "email", "groups"],
                        groupsClaim: "groups",
                        keysUrl: `${issuer}/jwks`,
                        authorizationUrl: `${issuer}/auth`,
                        tokenUrl: `${issuer}/token`,
                        contact,
                    },
                },
            },
        });
    });
    return registered.resources
        .filter(({ type }) => types.includes(type))
        .map(({ type, inputs }) => {
            const [, apiVersion = "", kind = ""] = /^kubernetes:(?:core\/)?(.+):(\w+)$/.exec(type) ?? [];
            return { apiVersion, kind, ...plainMap(inputs) } as AnyObject;
        });
}
