import * as pulumi from "@pulumi/pulumi";

import { type PlatformValues, type TeamValues } from "./contract.ts";
import { named, received, type ReceivedOutputs, undecryptable } from "./received-outputs.ts";

export interface PlatformReferenceArgs {
    /**
     * The platform's stack, with organization and project: `organization/airflow-linkerd/prod` where the state is in a
     * bucket, `acme/airflow-linkerd/prod` in Pulumi Cloud.
     */
    stack: pulumi.Input<string>;
}

/**
 * The platform's outputs for the program of another stack, as `docs/outputs.md` promises them. An output is read when it is
 * asked for. One that is not there fails with the stack, the output, and the way out.
 */
export class PlatformReference {
    readonly #stack: pulumi.StackReference;

    constructor(name: string, args: PlatformReferenceArgs, opts?: pulumi.CustomResourceOptions) {
        this.#stack = new pulumi.StackReference(name, { name: args.stack }, opts);
    }

    /** The cluster that the platform is in. */
    get clusterName(): pulumi.Output<string> {
        return this.#output("clusterName", ({ value }) => value);
    }

    /** ARN of the cluster's IAM OIDC provider. Fails where there is none. */
    get clusterOidcProviderArn(): pulumi.Output<string> {
        return this.#output("clusterOidcProviderArn", ({ value, from }) => {
            if (value === undefined) {
                throw new Error(
                    `${named(from)} has no output clusterOidcProviderArn: its cluster is not in AWS, or the account has no ` +
                        `provider for it. Create one there, or use EKS Pod Identity, which needs none.`,
                );
            }
            return value;
        });
    }

    /** The domain at the end of every workload's identity. */
    get trustDomain(): pulumi.Output<string> {
        return this.#output("trustDomain", ({ value }) => value);
    }

    /** SHA-256 of the certificate of each root that the mesh trusts, in hex, with the oldest generation first. */
    get rootFingerprints(): pulumi.Output<string[]> {
        return this.#output("rootFingerprints", ({ value }) => value);
    }

    /** Where people and programs reach Airflow. */
    get airflowUrl(): pulumi.Output<string> {
        return this.#output("airflowUrl", ({ value }) => value);
    }

    /** The namespace that Airflow's own components run in. */
    get airflowNamespace(): pulumi.Output<string> {
        return this.#output("airflowNamespace", ({ value }) => value);
    }

    /** Where the entrance's host names must lead to. Undefined where the platform's stack makes no load balancer. */
    get entranceAddress(): pulumi.Output<string | undefined> {
        return this.#output("entranceAddress", ({ value }) => value);
    }

    /** ARNs of the IAM roles of Airflow's components, by component. Empty when Airflow uses nothing in AWS. */
    get airflowRoleArns(): pulumi.Output<Record<string, string>> {
        return this.#output("airflowRoleArns", ({ value }) => value);
    }

    /** As whom a team's tasks run. Fails where the stack has no such team. */
    team(name: string): TasksReference {
        return new TasksReference(`team "${name}"`, this.#teams(name));
    }

    /** As whom all tasks run. Fails in a stack with teams. */
    get tasks(): TasksReference {
        return new TasksReference("its tasks", this.#tasks());
    }

    #teams(name: string): pulumi.Output<Tasks> {
        return pulumi
            .all([this.#output("teams", (each) => each), this.#output("tasks", ({ value }) => value)])
            .apply(([{ value: teams, from }, tasks]) => {
                if (teams === undefined) {
                    throw new Error(
                        tasks === undefined
                            ? undecryptable(from, "teams, or tasks")
                            : `${named(from)} has no teams, so none that is called "${name}": all its tasks run as one. Ask ` +
                                  `for tasks, or give the platform's stack teams.`,
                    );
                }
                const values = Object.hasOwn(teams, name) ? teams[name] : undefined;
                if (values === undefined) {
                    const known = Object.keys(teams).sort().join(", ");
                    throw new Error(
                        `${named(from)} has no team "${name}" in its output teams. It has ${known === "" ? "none" : known}: ` +
                            `correct the name, or add the team to the platform's stack.`,
                    );
                }
                return { values, stack: from.stack };
            });
    }

    #tasks(): pulumi.Output<Tasks> {
        return pulumi
            .all([this.#output("tasks", (each) => each), this.#output("teams", ({ value }) => value)])
            .apply(([{ value: values, from }, teams]) => {
                if (values === undefined) {
                    throw new Error(
                        teams === undefined
                            ? undecryptable(from, "teams, or tasks")
                            : `${named(from)} has no output tasks: its tasks run as teams. Ask for team(name), with one of ` +
                                  `${Object.keys(teams).sort().join(", ")}.`,
                    );
                }
                return { values, stack: from.stack };
            });
    }

    #output<Key extends keyof PlatformValues, Result>(
        key: Key,
        use: (output: { readonly value: PlatformValues[Key]; readonly from: ReceivedOutputs }) => Result,
    ): pulumi.Output<Result> {
        const stack = this.#stack;
        // One by one: of all outputs together, one secret would make every one of them secret.
        return pulumi
            .all([stack.name, stack.getOutput("outputsVersion"), stack.secretOutputNames, stack.getOutput(key)])
            .apply(([name, version, secretNames, value]) => {
                const from: ReceivedOutputs = { stack: name, version, secretNames: secretNames ?? [] };
                return use({ value: received(from, key, value), from });
            }) as pulumi.Output<Result>;
    }
}

interface Tasks {
    readonly values: TeamValues;
    readonly stack: string;
}

/** As whom tasks of the platform run. */
export class TasksReference {
    readonly #whose: string;
    readonly #tasks: pulumi.Output<Tasks>;

    constructor(whose: string, tasks: pulumi.Output<Tasks>) {
        this.#whose = whose;
        this.#tasks = tasks;
    }

    /** Where they run. */
    get namespace(): pulumi.Output<string> {
        return this.#tasks.apply(({ values }) => values.namespace);
    }

    /** The account that their pods run under. */
    get serviceAccount(): pulumi.Output<string> {
        return this.#tasks.apply(({ values }) => values.serviceAccount);
    }

    /** As whom the mesh knows them. */
    get meshIdentity(): pulumi.Output<string> {
        return this.#tasks.apply(({ values }) => values.meshIdentity);
    }

    /** ARN of their IAM role. Fails where they have none. */
    get roleArn(): pulumi.Output<string> {
        return this.#tasks.apply(({ values: { roleArn }, stack }) => {
            if (roleArn === undefined) {
                throw new Error(
                    `${named({ stack })} has no roleArn for ${this.#whose}: they use nothing in AWS. Give them something to use ` +
                        `in the platform's stack, or do without the role.`,
                );
            }
            return roleArn;
        });
    }
}
