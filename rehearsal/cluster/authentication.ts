import { readFileSync } from "node:fs";

import { peoplesPrefix } from "../../components/cluster/people.ts";
import { kubectlClient } from "../identity-provider/kubectl-client.ts";

/** Whose word the API server takes for who a person is: the same as EKS is told in a cluster of the program's. */
export function authenticationConfiguration(issuer: string, authorityFile: string): object {
    return {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AuthenticationConfiguration",
        jwt: [
            {
                issuer: {
                    url: issuer,
                    audiences: [kubectlClient],
                    certificateAuthority: readFileSync(authorityFile, "utf8"),
                },
                claimMappings: {
                    username: { claim: "sub", prefix: peoplesPrefix },
                    groups: { claim: "groups", prefix: peoplesPrefix },
                },
            },
        ],
    };
}
