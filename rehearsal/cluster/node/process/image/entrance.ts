import { envoyBinary, envoyVersion } from "../../../../entrance/envoy.ts";
import { envoyGatewayBinary, envoyGatewayVersion } from "../../../../entrance/envoy-gateway.ts";
import { log } from "../../log.ts";
import { type Image, OWN, readOnly, SYSTEM_PATH } from "./image.ts";

// The user of both images, who is nobody in particular.
const NONROOT = 65532;

/** Envoy Gateway: the controller, what its Job and its hooks call, and what ends Envoy in good order. */
export async function envoyGateway(version: string): Promise<Image> {
    requireVersion("envoyproxy/gateway", version, envoyGatewayVersion);
    return distroless("envoy-gateway", await envoyGatewayBinary(log));
}

/** Envoy, as Envoy Gateway starts it. */
export async function envoy(version: string): Promise<Image> {
    requireVersion("envoyproxy/envoy", version, envoyVersion);
    return distroless("envoy", await envoyBinary(log));
}

function distroless(name: string, binary: string): Image {
    return {
        entrypoint: [`${OWN}/${name}`],
        environment: { PATH: `${OWN}:${SYSTEM_PATH}`, HOME: "/home/nonroot" },
        mounts: [readOnly(binary, `${OWN}/${name}`)],
        folders: ["/home/nonroot"],
        workingFolder: "/home/nonroot",
        home: "/home/nonroot",
        user: NONROOT,
        group: NONROOT,
        stopSignal: "SIGTERM",
    };
}

function requireVersion(image: string, asked: string, built: string): void {
    if (asked !== built) {
        throw new Error(
            `the image is ${image} ${asked}, and the rehearsal has ${built}: deploy that one, or change its pin in ` +
                "rehearsal/entrance",
        );
    }
}
