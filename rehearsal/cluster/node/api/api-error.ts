import { ApiException } from "@kubernetes/client-node";

export { reasonOf as explain } from "../../../../components/secrecy/error-reason.ts";

/** The HTTP status with which the API server refused, or nothing when it was not reached. */
export function refusalCode(error: unknown): number | undefined {
    return error instanceof ApiException ? error.code : undefined;
}

/** Whether the object could not be made because its namespace is going away. */
export function namespaceIsEnding(error: unknown): boolean {
    return error instanceof ApiException && JSON.stringify(error.body ?? "").includes("NamespaceTerminating");
}
