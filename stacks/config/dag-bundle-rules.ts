import * as pulumi from "@pulumi/pulumi";

import { type DagBundle, DagBundleKind } from "../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../components/airflow/dags/git-credentials.ts";
import { type Problem } from "../../components/problem.ts";
import { type dagBundle, type dagSource } from "./dag-bundle-schema.ts";
import { type z } from "zod";

type ParsedBundle = z.infer<typeof dagBundle>;
type ParsedSource = z.infer<typeof dagSource>;

/** Refuses credentials that do not go with the repository's address. */
export function credentialsProblem(bundle: ParsedSource): Problem | undefined {
    if (bundle.kind === DagBundleKind.local || bundle.credentials === undefined) {
        return undefined;
    }
    const { kind } = bundle.credentials;
    const https = bundle.repository.startsWith("https://");
    return https === (kind === GitCredentialsKind.token)
        ? undefined
        : {
              path: ["credentials", "kind"],
              value: kind,
              rule: https
                  ? "the repository's address is https://…, which takes a token. Set it to token, or use the ssh address."
                  : "the repository's address is one of ssh, which takes a key. Set it to ssh-key, or use the https address.",
          };
}

export function bundleConfig(bundle: ParsedBundle): DagBundle {
    if (bundle.kind === DagBundleKind.local) {
        return bundle;
    }
    const { credentials, ...rest } = bundle;
    if (credentials === undefined) {
        return rest;
    }
    return {
        ...rest,
        credentials:
            credentials.kind === GitCredentialsKind.token
                ? { ...credentials, token: pulumi.secret(credentials.token) }
                : { ...credentials, privateKey: pulumi.secret(credentials.privateKey) },
    };
}
