import { reasonOf } from "../components/secrecy/error-reason.ts";
import { withoutSecrets } from "../components/secrecy/without-secrets.ts";

/**
 * A library failed. Its own error goes no further, because many carry what was sent: Playwright's message has the request
 * with its cookies, the Kubernetes client's the response with its headers.
 */
export class LibraryError extends Error {
    /** `what` is what was tried, such as `GET /api/v2/dags`. */
    constructor(what: string, error: unknown) {
        super(`${withoutSecrets(what)}: ${reasonOf(error)}`);
    }
}
