import { GatewayApi, readManifest } from "../../../components/index.ts";

/** Gateway API's definitions, from a file or an address. Linkerd looks for them once, when it starts. */
export async function gatewayApi(location: string): Promise<GatewayApi> {
    return new GatewayApi("gateway-api", { manifest: await readManifest(location) });
}
