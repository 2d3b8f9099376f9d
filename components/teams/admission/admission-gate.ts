import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { gatePolicies } from "./gate-policies.ts";
import { type PodRulesArgs } from "./pod-rules.ts";

export type AdmissionGateArgs = PodRulesArgs;

/**
 * What the API server itself refuses in teams' namespaces, whoever asks: a pod that is not a task's as the platform makes
 * it, a way into one, a token of another account, a change of what makes the team. It must be there before the first
 * team's namespace, and says in each refusal which rule it was and whom to ask.
 */
export class AdmissionGate extends pulumi.ComponentResource {
    constructor(name: string, args: AdmissionGateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AdmissionGate", name, {}, opts);

        for (const { name: rule, spec } of gatePolicies(args)) {
            const metadata = { name: `airflow-linkerd-teams-${rule}` };

            const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
                `${name}-${rule}-policy`,
                {
                    metadata,
                    spec: spec as pulumi.Unwrap<k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec>,
                },
                { parent: this },
            );

            new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
                `${name}-${rule}-binding`,
                {
                    metadata,
                    spec: { policyName: policy.metadata.name, validationActions: ["Deny", "Audit"] },
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}
