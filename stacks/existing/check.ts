import * as pulumi from "@pulumi/pulumi";

import { existingProblems } from "../../components/mesh/existing/existing-problems.ts";
import { problemText } from "../../components/problem.ts";
import { ClusterKind } from "../config/cluster/cluster-schema.ts";
import { type PlatformConfig } from "../config.ts";
import { Unreadable } from "./cluster-login.ts";
import { ClusterView } from "./cluster-view.ts";
import { foreignParts } from "./foreign-parts.ts";

/**
 * Refuses a cluster in which somebody else has what the stack would bring, unless the stack's `existing` says to use it
 * and it can be used. Before anything is registered. A cluster that does not answer, as in the preview of a pull request
 * from a fork, is checked by the deployment that reaches it.
 */
export async function checkExisting({ cluster, existing, entrance }: PlatformConfig): Promise<void> {
    if (cluster.kind !== ClusterKind.existing || cluster.reach === undefined) {
        return;
    }
    const { kubeconfig, context } = cluster.reach;
    let lines: string[];
    try {
        const found = await foreignParts(await ClusterView.open(kubeconfig, context), existing);
        const wanted = { ...existing, entrance: entrance !== undefined };
        lines = existingProblems(found, wanted).map((problem) => problemText(problem));
    } catch (error) {
        if (!(error instanceof Unreadable)) {
            throw error;
        }
        // Who says what is there wants to know that nobody looked. To others it is no news that a cluster is down.
        const said = existing.certManager !== undefined || existing.gatewayApi || existing.prometheus !== undefined;
        const log = said ? pulumi.log.warn : pulumi.log.debug;
        await log(`whether airflow-linkerd:existing is true of the cluster was not seen: ${error.message}`);
        return;
    }
    if (lines.length > 0) {
        const count = lines.length === 1 ? "a problem" : `${String(lines.length)} problems`;
        throw new pulumi.RunError(
            `The cluster of context ${context} has ${count}. Nothing was changed.\n` +
                lines.map((line) => `  - airflow-linkerd:${line}`).join("\n"),
        );
    }
}
