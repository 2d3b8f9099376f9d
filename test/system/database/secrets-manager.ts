import { createServer } from "node:http";
import { type AddressInfo } from "node:net";

/** AWS Secrets Manager as far as a reader of secrets sees it. What it was asked for, it remembers. */
export async function startSecretsManager(secrets: Readonly<Record<string, string>>) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
        const body: Buffer[] = [];
        request.on("data", (chunk: Buffer) => body.push(chunk));
        request.on("end", () => {
            const { SecretId } = JSON.parse(Buffer.concat(body).toString()) as { SecretId: string };
            asked.push(SecretId);
            const found = secrets[SecretId];
            response.setHeader("content-type", "application/x-amz-json-1.1");
            if (request.headers["x-amz-target"] === "secretsmanager.GetSecretValue" && found !== undefined) {
                response.end(JSON.stringify({ ARN: SecretId, Name: SecretId, SecretString: found }));
            } else {
                response.statusCode = 400;
                response.end(JSON.stringify({ __type: "ResourceNotFoundException", message: "not here" }));
            }
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        asked: asked as readonly string[],
        /** What makes AWS's own client ask here, as somebody who has a role. */
        environment: {
            AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
            AWS_ACCESS_KEY_ID: "made-up",
            AWS_SECRET_ACCESS_KEY: "made-up",
            AWS_EC2_METADATA_DISABLED: "true",
        },
        close: () => new Promise((resolve) => server.close(resolve)),
    };
}
