import * as pulumi from "@pulumi/pulumi";

import { type NonEmpty, Protocol, type Reason, type Requests } from "../../connection.ts";
import { PolicyMode } from "../policy/objects/server.ts";
import { policyResources } from "../policy/policy-resources.ts";
import { calledPortProblem, type CallerIdentity, callerPolicies, namesCallers } from "./caller-policies.ts";

/** The pods that are called. Each must have a proxy: without one, no policy of the mesh counts. */
export interface CalledWorkload {
    /** A DNS label, unique in the namespace. It begins the names of the policies. */
    readonly name: string;
    /** Must be there. */
    readonly namespace: string;
    /** By which the pods are selected. At least one. */
    readonly labels: Readonly<Record<string, string>>;
    /** The Service by which callers find it. Defaults to none: then tasks call the pods' addresses. */
    readonly service?: string;
    /** The account that the pods run under. */
    readonly serviceAccount?: string;
}

/** Who calls, as `PlatformReference` gives it: `platform.team("analytics")`. */
export interface AllowedCaller {
    readonly namespace: pulumi.Input<string>;
    readonly serviceAccount: pulumi.Input<string>;
}

export interface AllowCallerArgs {
    /** What is called. Plain, because the policies are named after it. */
    workload: CalledWorkload;

    /** The port that the pods listen on, which need not be the Service's. Plain, because it is part of names. */
    port: number;

    /** Who may call. At least one. */
    callers: NonEmpty<AllowedCaller>;

    /** Why, as a sentence. It stands on the policies. */
    reason: Reason;

    /** The requests that they may make. Plain, because a route is made of them. Defaults to all. */
    requests?: NonEmpty<Requests>;

    /**
     * Paths that the pods' own httpGet probes ask on this port. With `requests` the mesh refuses probes that are not
     * named. Plain, because a route is made of them. Defaults to none.
     */
    probePaths?: NonEmpty<string>;

    /** What the pods speak. Defaults to HTTP. */
    protocol?: Protocol;

    /**
     * What becomes of other callers: `audit` lets them in, counts them, and makes no NetworkPolicy. Plain, because it
     * decides which policies there are. Defaults to `enforce`.
     */
    mode?: PolicyMode;
}

/** An entry for `calls` of a team in the platform's stack file. */
export interface TeamCall {
    readonly namespace: string;
    readonly service?: string;
    readonly serviceAccount?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly port: number;
    readonly reason: string;
}

/**
 * Lets tasks of the platform call a workload on one port, and nobody else: the policies of the mesh and a NetworkPolicy, in
 * the workload's namespace. It needs one for each port. A NetworkPolicy closes the pods' other ports, so what else calls
 * them, such as Linkerd's Prometheus on 4191, needs NetworkPolicies of its own. The way out of the tasks' own namespace is
 * the platform's to open: by an entry in `calls` of the team, which `teamCall` is.
 */
export class AllowCaller extends pulumi.ComponentResource {
    /** What has to stand in `calls` of each calling team. Known at once. */
    public readonly teamCall: TeamCall;

    constructor(name: string, args: AllowCallerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AllowCaller", name, {}, opts);

        const { workload, port, requests, probePaths, reason } = args;
        const { service, ...pods } = workload;
        const called = {
            workload: { kind: "workload" as const, ...pods },
            port,
            protocol: args.protocol ?? Protocol.http,
            requests,
            probePaths,
            reason,
            mode: args.mode ?? PolicyMode.enforce,
        };
        const [firstCaller, ...otherCallers] = args.callers;
        const problem =
            firstCaller === undefined
                ? "callers is empty: nobody could call. Name a caller, or leave the component out."
                : calledPortProblem(called);
        if (problem !== undefined) {
            throw new pulumi.ResourceError(problem, this);
        }

        // Field by field: Pulumi does not see an object's getters, which a TasksReference has.
        const known = ({ namespace, serviceAccount }: AllowedCaller): pulumi.Output<CallerIdentity> =>
            pulumi.output({ namespace, serviceAccount });
        const callers = pulumi.all([known(firstCaller), pulumi.all(otherCallers.map(known))]);
        const policies = (from: NonEmpty<CallerIdentity>) => callerPolicies(called, from);
        // How many policies there are, and what they are called, is the same for all callers.
        const objects = policies([{ namespace: "anybody", serviceAccount: "anybody" }]).map((object, index) => ({
            ...object,
            spec: namesCallers(object)
                ? callers.apply(([first, others]) => policies([first, ...others])[index]?.spec)
                : object.spec,
        }));
        policyResources(name, { namespaces: [workload.namespace], objects }, { parent: this });

        this.teamCall = {
            namespace: workload.namespace,
            ...(service === undefined ? {} : { service }),
            ...(workload.serviceAccount === undefined ? {} : { serviceAccount: workload.serviceAccount }),
            labels: workload.labels,
            port,
            reason,
        };

        this.registerOutputs({ teamCall: this.teamCall });
    }
}
