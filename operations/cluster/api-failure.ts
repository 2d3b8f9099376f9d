import { reasonOf } from "../../components/secrecy/error-reason.ts";
import { type ApiServer, HttpError } from "./api-server.ts";

/** Why a cluster did not answer, with the way out. It carries nothing of what was sent, such as a token. */
export class ApiFailure extends Error {
    /** Whether every other pod would fail the same way. */
    readonly concerns: "the pod" | "the cluster";

    constructor(message: string, concerns: "the pod" | "the cluster") {
        super(message);
        this.concerns = concerns;
    }
}

/** `what` is what was tried, such as `list pods in airflow`, and `rights` says in a sentence what it takes. */
export function apiFailure(what: string, error: unknown, server: ApiServer, rights: string): ApiFailure {
    const { context, timeoutSeconds } = server;
    if (isTimeout(error)) {
        return new ApiFailure(
            `${what}: no answer from context ${context} in ${String(timeoutSeconds)} s. See whether it is up, or give more with --timeout.`,
            "the pod",
        );
    }
    if (!(error instanceof HttpError)) {
        return new ApiFailure(
            `${what}: context ${context} cannot be reached: ${reasonOf(error)}. Is the cluster up, and is it the right one? ` +
                "Name another with --kubeconfig and --context.",
            "the cluster",
        );
    }
    switch (error.status) {
        case 401:
            return new ApiFailure(
                `${what}: the cluster does not know you (HTTP 401). Log in anew for context ${context}.`,
                "the cluster",
            );
        case 403:
            return new ApiFailure(`${what}: refused (HTTP 403). ${rights}`, "the pod");
        default:
            return new ApiFailure(`${what}: the API server answered HTTP ${String(error.status)}`, "the pod");
    }
}

/** Whether the pod ended since it was listed. */
export function isGone(error: unknown): boolean {
    return error instanceof HttpError && error.status === 404;
}

function isTimeout(error: unknown): boolean {
    return error instanceof Error && (error.name === "TimeoutError" || isTimeout(error.cause));
}
