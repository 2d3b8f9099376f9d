import { PlatformReference } from "../../../components/index.ts";

/** The outputs of the platform's stack, in the program of another stack. */
export function platform(): PlatformReference {
    return new PlatformReference("platform", { stack: "organization/airflow-linkerd/prod" });
}
