import assert from "node:assert/strict";

import {
    type Caller,
    type Connection,
    type ConnectionTable,
    DecidedBy,
    type Egress,
    isMeshed,
    type Requests,
    type Workload,
} from "../../components/connection.ts";
import { proxyPort } from "../../components/mesh/policy/objects/network-policy.ts";
import { type PolicyObject } from "../../components/mesh/policy/objects/policy-object.ts";
import { connectionTable } from "../../stacks/connections.ts";
import { isMap } from "../../rehearsal/engine/values/property.ts";
import { plainMap } from "../../rehearsal/engine/values/secrecy.ts";
import { record, type Recording } from "../../rehearsal/recording/recording.ts";
import { egressDecision } from "../support/policy/egress-network.ts";
import { exampleStack } from "../support/policy/example-stack.ts";
import { localDefinitions } from "../support/recordings.ts";
import { isWithin, meshDecision, type MeshedPod, selects } from "../support/policy/linkerd-policy.ts";
import { networkDecision } from "../support/policy/network-policy.ts";

interface Stage {
    readonly table: ConnectionTable;
    /** What the program really registered, and nothing else. */
    readonly objects: readonly PolicyObject[];
    readonly recording: Recording;
    readonly workloads: readonly Workload[];
}

const strangers: readonly Workload[] = [
    stranger("default", "airflow", { tier: "airflow", component: "elsewhere", release: "airflow" }),
    // The right account's name in the wrong namespace.
    stranger("airflow-worker", "elsewhere", { tier: "airflow", component: "worker", release: "airflow" }),
    stranger("prometheus", "elsewhere", { component: "prometheus", "linkerd.io/extension": "viz" }),
];

function stranger(serviceAccount: string, namespace: string, labels: Record<string, string>): Workload {
    return { kind: "workload", name: `stranger-${serviceAccount}`, namespace, serviceAccount, labels };
}

/** Requests that tell every row's paths apart, and others that come close to them. */
const requests = [
    "GET /",
    "GET /ui/dags",
    "GET /api/v2/dags",
    "POST /auth/token",
    "GET /execution",
    "PATCH /execution/task-instances/1/run",
    "GET /execution/../ui/dags",
    "GET /executions",
    "GET //execution/health",
    "GET /api/v2/monitor/health",
    "POST /api/v2/monitor/health",
    "GET /api/v2/monitor/health/",
    "GET /log/dag_id=a/run_id=b/task_id=c/attempt=1.log.trigger.1.log",
    "DELETE /log/x",
    "GET /metrics",
    "POST /metrics",
    "GET /live",
    "GET /ready",
    "GET /ping",
    "POST /shutdown",
].map((line) => {
    const [method = "", path = ""] = line.split(" ");
    return { method, path };
});

/** What a stack may open besides. */
const opened = {
    egress: [{ hosts: ["api.example.net", "*.example.org"], port: 8443, reason: "the warehouse" }],
    frontDoor: { namespace: "ingress", serviceAccount: "ingress", labels: { app: "ingress" } },
};

/** People of two ranges, to Airflow, Linkerd's dashboard and a Service of somebody's. */
const entrance = {
    kind: "gateway",
    exposure: "internet",
    allowedCidrs: ["203.0.113.0/24", "198.51.100.0/24"],
    certificate: { kind: "private-ca" },
    keysUrl: "https://login.example.com/keys",
    uis: [
        { kind: "viz", hostname: "viz.example.com", groups: ["platform-admins"] },
        {
            kind: "service",
            hostname: "grafana.example.com",
            namespace: "monitoring",
            service: "grafana",
            port: 80,
            podPort: 3000,
            labels: { app: "grafana" },
            groups: ["staff"],
        },
    ],
};

const teamOf = (name: string, more: object = {}) => ({
    name,
    owners: [`#${name}`],
    dags: { kind: "local", path: `/opt/airflow/dags/${name}` },
    ...more,
});

/** Two teams, one of which calls something of its own in the cluster and out of it. */
const teams = [
    teamOf("analytics", {
        egress: [{ hosts: ["api.example.com"], reason: "the warehouse" }],
        calls: [{ namespace: "catalog", serviceAccount: "catalog", labels: { app: "catalog" }, port: 8181 }],
    }),
    teamOf("billing"),
];

interface Difference {
    readonly mesh?: Record<string, unknown>;
    readonly teams?: readonly object[];
    readonly entrance?: Record<string, unknown>;
}

const stages: readonly (Difference & { readonly title: string; readonly stack: string })[] = [
    { title: "dev", stack: "dev" },
    { title: "dev without teams", stack: "dev", teams: [] },
    { title: "dev with two teams of which one calls much", stack: "dev", teams },
    { title: "prod.example", stack: "prod.example" },
    {
        title: "prod.example with a front door and hosts of its own",
        stack: "prod.example",
        mesh: opened,
        entrance: { kind: "none" },
    },
    { title: "prod.example with an entrance and UIs behind it", stack: "prod.example", entrance },
    {
        title: "prod.example with an entrance behind a load balancer of its own controller's",
        stack: "prod.example",
        entrance: { ...entrance, uis: [], keysUrl: undefined, loadBalancer: { kind: "nlb" } },
    },
];

for (const { title, stack, ...difference } of stages) {
    describe(`who may call whom in ${title}`, function () {
        this.timeout("3m");
        let stage: Stage;

        before(async () => {
            stage = await stageOf(stack, difference);
        });

        it("lets each identity send each pod exactly the requests that a row has", () => {
            const wrong: string[] = [];
            let asked = 0;
            for (const to of stage.workloads.filter(
                (each) => isMeshed(each) && isOurs(stage, each) && each.namespace !== "linkerd",
            )) {
                const pod = podOf(stage, to);
                for (const port of portsOf(stage, to)) {
                    const rows = rowsAt(stage.table, to, port);
                    if (rows.some((row) => row.port.decidedBy === DecidedBy.chart)) {
                        continue;
                    }
                    if (rows.some((row) => row.port.decidedBy === DecidedBy.nobody)) {
                        continue;
                    }
                    const isHttp = rows.length === 0 || rows.some((row) => row.only !== undefined);
                    for (const from of [...stage.workloads, ...strangers, undefined]) {
                        for (const request of isHttp ? requests : [undefined]) {
                            const address = from === undefined ? outsideAddress : addressOf(stage, from);
                            const identity =
                                from === undefined || !isMeshed(from) || from.serviceAccount === undefined
                                    ? undefined
                                    : { namespace: from.namespace, serviceAccount: from.serviceAccount };
                            const call = { identity, address, pod, port, ...(request && { request }) };
                            const { allowed, because } = meshDecision(stage.objects, call);
                            const expected = rowAllows(rows, from, address, request);
                            asked += 1;
                            if (allowed !== expected) {
                                wrong.push(
                                    `${from?.name ?? "somebody"} to ${to.name}:${port} ` +
                                        `${request?.method} ${request?.path}: ${allowed} (${because})`,
                                );
                            }
                        }
                    }
                }
            }
            assert.deepEqual(wrong.slice(0, 20), []);
            assert.ok(asked > 5000, `only ${asked} calls were asked about`);
        });

        it("lets addresses and ports through the network exactly where a row has them", () => {
            const wrong: string[] = [];
            const pods = [...stage.workloads, ...strangers];
            let asked = 0;
            for (const to of pods) {
                for (const port of [...portsOf(stage, to), proxyPort]) {
                    for (const from of pods.filter((each) => each !== to)) {
                        for (const protocol of port === 53 ? (["TCP", "UDP"] as const) : (["TCP"] as const)) {
                            const packet = { from: endOf(stage, from), to: endOf(stage, to), port, protocol };
                            asked += 1;
                            if (networkDecision(stage.objects, packet) !== networkExpected(stage, from, to, port)) {
                                wrong.push(`${from.namespace}/${from.name} to ${to.namespace}/${to.name}:${port}`);
                            }
                        }
                    }
                }
            }
            assert.deepEqual(wrong.slice(0, 20), []);
            assert.ok(asked > 3000, `only ${asked} connections were asked about`);
        });

        it("lets a task report, and reach nothing else of the API server and nothing of the database", () => {
            const task = named(stage, "worker");
            const { namespace, serviceAccount = "" } = task;
            const decide = (method: string, path: string) =>
                meshDecision(stage.objects, {
                    identity: { namespace, serviceAccount },
                    address: "10.40.1.9",
                    pod: podOf(stage, named(stage, "api-server")),
                    port: 8080,
                    request: { method, path },
                }).allowed;
            assert.equal(decide("PATCH", "/execution/task-instances/1/run"), true);
            for (const path of ["/", "/ui/dags", "/api/v2/dags", "/auth/token", "/executions"]) {
                assert.equal(decide("GET", path), false, path);
            }
            for (const [name, port] of [
                ["pgbouncer", 6543],
                ["postgresql", 5432],
                ["scheduler", 8793],
                ["triggerer", 8794],
            ] as const) {
                const found = stage.workloads.find((each) => each.name === name);
                const to = found === undefined ? { address: "10.40.9.9" } : endOf(stage, found);
                assert.equal(networkDecision(stage.objects, { from: endOf(stage, task), to, port }), false, name);
            }
        });

        it("lets nobody call a task, but for its proxy's own metrics", () => {
            const task = named(stage, "worker");
            for (const from of [...stage.workloads, ...strangers].filter(({ name }) => name !== "worker")) {
                for (const port of [80, 443, 8080, 8793, proxyPort]) {
                    const reaches = networkDecision(stage.objects, {
                        from: endOf(stage, from),
                        to: endOf(stage, task),
                        port,
                    });
                    // Prometheus and tap come by way of the proxy's port, which lets them no further.
                    const byProxy =
                        port === proxyPort && ["prometheus", "tap"].includes(from.name) && isOurs(stage, from);
                    assert.equal(reaches, byProxy, `${from.name} to a task's ${port}`);
                }
                if (from.serviceAccount !== undefined) {
                    const { allowed } = meshDecision(stage.objects, {
                        identity: { namespace: from.namespace, serviceAccount: from.serviceAccount },
                        address: addressOf(stage, from),
                        pod: podOf(stage, task),
                        port: 8793,
                        request: { method: "GET", path: "/" },
                    });
                    assert.equal(allowed, false, from.name);
                }
            }
        });

        it("lets nobody reach the node's metadata, and the internet only whose row names a host", () => {
            const leaves = stage.table.egress.filter(({ to }) => to.kind === "hosts");
            for (const from of stage.workloads.filter((each) => isOurs(stage, each))) {
                const to = (address: string, port: number) =>
                    networkDecision(stage.objects, { from: endOf(stage, from), to: { address }, port });
                assert.equal(to("169.254.169.254", 80), false, `${from.name} and the metadata`);
                assert.equal(to("fd00:ec2::254", 80), false, `${from.name} and the metadata over IPv6`);
                assert.equal(to("93.184.215.14", 80), false, `${from.name} and a plain web server`);
                const mayLeave = leaves.some(
                    (row) => row.from.includes(from) && row.to.kind === "hosts" && row.to.port === 443,
                );
                assert.equal(to("93.184.215.14", 443), mayLeave, `${from.name} and a web server`);
            }
        });

        it("lets a meshed pod out to the hosts of its namespace's rows alone", () => {
            const to = (serverName: string | undefined, port = 443, address = "93.184.215.14") =>
                egressDecision(stage.objects, {
                    namespace: "airflow",
                    address,
                    port,
                    ...(serverName === undefined ? {} : { serverName }),
                });
            assert.equal(to("example.com"), false);
            assert.equal(to(undefined), false);
            assert.equal(to("sts.eu-central-1.amazonaws.com"), false, "with Pod Identity nobody needs it");
            const prod = stack === "prod.example";
            assert.equal(to("api.example.net", 8443), difference.mesh !== undefined);
            assert.equal(to("a.example.org", 8443), difference.mesh !== undefined);
            assert.equal(to("example.org", 8443), false);
            assert.equal(to("a.example.org"), false);
            assert.equal(to("github.com"), prod);
            assert.equal(to("github.com", 22), false);
            assert.equal(to("gist.github.com"), false);
            assert.equal(to("login.example.com"), prod);
            assert.equal(to("airflow-prod-123456789012-task-logs.s3.eu-central-1.amazonaws.com"), prod);
            assert.equal(to("somebody-elses.s3.eu-central-1.amazonaws.com"), false);
            assert.equal(to("secretsmanager.eu-central-1.amazonaws.com"), prod);
            assert.equal(to(undefined, 80, "169.254.170.23"), prod);
            assert.equal(to(undefined, 80, "169.254.169.254"), false);
            assert.equal(
                egressDecision(stage.objects, {
                    namespace: "linkerd-viz",
                    address: "93.184.215.14",
                    port: 443,
                    serverName: "github.com",
                }),
                false,
            );
        });

        it("has a row for every pod that the program itself makes", () => {
            const templates = podTemplates(stage.recording);
            assert.ok(templates.length >= 4, `only ${templates.length} pods were found`);
            for (const { name, namespace, labels, serviceAccount } of templates) {
                const known = stage.workloads.find(
                    (each) =>
                        each.namespace === namespace &&
                        each.serviceAccount === serviceAccount &&
                        selects({ matchLabels: each.labels }, labels),
                );
                assert.ok(known, `no row knows ${name}: ${JSON.stringify({ namespace, labels, serviceAccount })}`);
            }
        });

        it("says of every port that is opaque in a row the same on its Service and its pods", () => {
            for (const { to, port } of stage.table.connections.filter(
                (row) => row.port.protocol === "opaque" && row.port.decidedBy !== DecidedBy.nobody,
            )) {
                const key = "config.linkerd.io/opaque-ports";
                const { pods, service } = annotationsOf(stage.recording, to);
                assert.equal(pods[key], `${port.number}`, to.name);
                // A Service is asked by its own port.
                assert.equal(service[key], `${port.service?.port ?? port.number}`, to.name);
            }
        });

        it("has no policy that selects nothing", () => {
            for (const { kind, metadata, spec } of stage.objects) {
                const { podSelector } = spec as { podSelector?: { matchLabels?: Record<string, string> } };
                if (podSelector?.matchLabels !== undefined) {
                    const selected = stage.workloads.filter(
                        (each) =>
                            each.namespace === metadata.namespace && selects(podSelector, podOf(stage, each).labels),
                    );
                    assert.ok(selected.length > 0, `${kind} ${metadata.name} selects nobody`);
                }
            }
        });
    });
}

const outsideAddress = "203.0.113.9";

async function stageOf(stack: string, { mesh, teams, entrance }: Difference): Promise<Stage> {
    const changed: Record<string, unknown> = {
        ...(mesh && { mesh }),
        ...(entrance && { entrance, charts: localDefinitions }),
    };
    const config = await exampleStack(stack, (sections) => {
        sections.mesh = mesh ?? sections.mesh ?? {};
        if (entrance !== undefined) {
            sections.entrance = entrance;
        }
        if (teams !== undefined) {
            Object.assign(sections, { teams });
            Object.assign(changed, { teams });
        }
    });
    const table = connectionTable(config);
    const recording = await record(stack, { preview: false, config: changed });
    const objects = recording.resources
        .filter(({ type, parent }) => /:(MeshPolicy|NetworkIsolation)::/.test(parent) && type.startsWith("kubernetes:"))
        .map(({ inputs }) => plainMap(inputs) as unknown as PolicyObject);
    assert.ok(objects.length > 50, `only ${objects.length} policies were made`);
    const workloads = new Map<string, Workload>();
    for (const { from, to } of [...table.connections, ...table.egress.map((row) => ({ ...row, to: undefined }))]) {
        for (const each of [...from, ...(to === undefined ? [] : [to])]) {
            if (each.kind === "workload" && each.name !== "proxies") {
                workloads.set(`${each.namespace}/${each.name}`, each);
            }
        }
    }
    return { table, objects, recording, workloads: [...workloads.values()] };
}

function named({ workloads }: Stage, name: string): Workload {
    const found = workloads.find((each) => each.name === name);
    assert.ok(found, `there must be a workload ${name}`);
    return found;
}

function isOurs({ table }: Stage, { namespace }: Workload): boolean {
    return table.namespaces.includes(namespace);
}

/** The workload's pod, with what its namespace gave it when it was made. */
function podOf({ recording }: Stage, { namespace, labels }: Workload): MeshedPod {
    const made = recording.resources.find(
        ({ type, inputs }) =>
            type === "kubernetes:core/v1:Namespace" && isMap(inputs.metadata) && inputs.metadata.name === namespace,
    );
    const { annotations = {} } = (made?.inputs.metadata ?? {}) as { annotations?: Record<string, string> };
    return {
        namespace,
        labels: { ...labels, "linkerd.io/control-plane-ns": "linkerd", "pod-template-hash": "abc" },
        defaultPolicy: (annotations["config.linkerd.io/default-inbound-policy"] ??
            "all-unauthenticated") as MeshedPod["defaultPolicy"],
    };
}

/** Every port that a row has, one that none has, and those that Airflow is known for. */
function portsOf({ table }: Stage, to: Workload): number[] {
    const own = table.connections.filter((row) => isAt(row, to)).map(({ port }) => port.number);
    return [...new Set([...own, 8080, 8793, 9999])];
}

/** An address of its own in the cluster's network, the same each time. */
function addressOf({ workloads }: Stage, workload: Workload): string {
    const index = [...workloads, ...strangers].findIndex(
        ({ name, namespace }) => name === workload.name && namespace === workload.namespace,
    );
    return `10.40.7.${index + 1}`;
}

function endOf(stage: Stage, workload: Workload) {
    return {
        address: addressOf(stage, workload),
        pod: { namespace: workload.namespace, labels: podOf(stage, workload).labels },
    };
}

function isAt(row: Connection, to: Workload): boolean {
    const labels = { ...to.labels, ...(isMeshed(to) ? { "linkerd.io/control-plane-ns": "linkerd" } : {}) };
    return row.to.namespace === to.namespace && selects({ matchLabels: row.to.labels }, labels);
}

function rowsAt({ connections }: ConnectionTable, to: Workload, port: number): Connection[] {
    return connections.filter((row) => isAt(row, to) && row.port.number === port);
}

/** By the rows alone: the most exact path that takes the request decides, and its rows say who may. */
function rowAllows(
    rows: readonly Connection[],
    from: Workload | undefined,
    address: string,
    request: { method: string; path: string } | undefined,
): boolean {
    const takes = ({ methods, path }: Requests): number => {
        if (request === undefined || (methods && !methods.includes(request.method as "GET"))) {
            return -1;
        }
        if ("exact" in path) {
            return path.exact === request.path ? 10_000 : -1;
        }
        const folder = path.below.replace(/\/$/, "");
        return request.path === folder || request.path.startsWith(`${folder}/`) ? path.below.length : -1;
    };
    const ranked = rows
        .map((row) => ({ row, rank: row.only === undefined ? 0 : Math.max(...row.only.map(takes)) }))
        .filter(({ rank }) => rank >= 0);
    const best = Math.max(...ranked.map(({ rank }) => rank));
    return ranked
        .filter(({ rank }) => rank === best)
        .some(({ row }) => row.from.some((caller) => isCaller(caller, from, address)));
}

function isCaller(caller: Caller, from: Workload | undefined, address: string): boolean {
    switch (caller.kind) {
        case "addresses":
            return caller.cidrs.some((cidr) => isWithin(address, { cidr }));
        case "cluster":
            return from !== undefined;
        case "namespace":
            return from?.namespace === caller.namespace && isMeshed(from);
        case "workload":
            return (
                from?.namespace === caller.namespace && from.serviceAccount === caller.serviceAccount && isMeshed(from)
            );
    }
}

function networkExpected(stage: Stage, from: Workload, to: Workload, port: number): boolean {
    const { table } = stage;
    const bothMeshed = isMeshed(from) && isMeshed(to);
    const rows = table.connections.filter(
        (row) => isAt(row, to) && (row.port.number === port || (port === proxyPort && bothMeshed)),
    );
    const calls = (caller: Caller): boolean =>
        caller.kind === "cluster" ||
        (caller.kind === "namespace" && caller.namespace === from.namespace) ||
        (caller.kind === "workload" &&
            caller.namespace === from.namespace &&
            selects({ matchLabels: caller.labels }, from.labels));
    const leaves =
        !isOurs(stage, from) ||
        rows.some((row) => row.from.some((caller) => caller.kind !== "cluster" && calls(caller))) ||
        table.egress.some((row) => row.from.some(calls) && reaches(row, addressOf(stage, to), port, table));
    const arrives =
        !isOurs(stage, to) ||
        rows.some((row) =>
            row.from.some(
                (caller) =>
                    (calls(caller) && (caller.kind !== "cluster" || port === row.port.number)) ||
                    (caller.kind === "addresses" &&
                        caller.onNode !== true &&
                        port === row.port.number &&
                        caller.cidrs.some((cidr) => isWithin(addressOf(stage, from), { cidr }))),
            ),
        );
    return leaves && arrives;
}

/** Whether a way out leads to an address in the cluster's network. */
function reaches({ to }: Egress, address: string, port: number, _table: ConnectionTable): boolean {
    return to.kind === "hosts"
        ? to.private && to.port === port
        : to.ports.some(({ number }) => number === port) && to.cidrs.some((cidr) => isWithin(address, { cidr }));
}

/** Pods that Jobs, CronJobs and others of the program's own make, without those of charts. */
function podTemplates({ resources }: Recording) {
    return resources.flatMap(({ name, type, inputs }) => {
        const spec = inputs.spec;
        if (!/^kubernetes:(batch|apps)\//.test(type) || !isMap(spec)) {
            return [];
        }
        interface Templated {
            template: { metadata: { labels: Record<string, string> }; spec: { serviceAccountName: string } };
        }
        const plain = plainMap(spec) as unknown as Templated & { jobTemplate?: { spec: Templated } };
        const { template } = plain.jobTemplate?.spec ?? plain;
        const { namespace } = inputs.metadata as { namespace: string };
        return [
            { name, namespace, labels: template.metadata.labels, serviceAccount: template.spec.serviceAccountName },
        ];
    });
}

type Annotations = Readonly<Record<string, string>>;

/** Annotations of the workload's pods and its Service, in so far as the program itself writes them. */
function annotationsOf({ resources }: Recording, to: Workload): { pods: Annotations; service: Annotations } {
    const inputsOf = <Inputs>(name: string): Inputs => {
        const found = resources.find((resource) => resource.name === name);
        assert.ok(found, `${to.name} must come of ${name}`);
        return plainMap(found.inputs) as unknown as Inputs;
    };
    switch (to.name) {
        case "pgbouncer": {
            const { pgbouncer } = inputsOf<{ values: { pgbouncer: Pgbouncer } }>("airflow-release").values;
            return { pods: pgbouncer.podAnnotations, service: pgbouncer.service.extraAnnotations };
        }
        case "envoy": {
            const { kubernetes } = inputsOf<{ spec: { provider: { kubernetes: Envoy } } }>("entrance-proxy").spec
                .provider;
            return { pods: kubernetes.envoyDeployment.pod.annotations, service: kubernetes.envoyService.annotations };
        }
        case "envoy-gateway": {
            const { deployment, service } = inputsOf<{ values: Controller }>("envoy-gateway-release").values;
            return { pods: deployment.pod.annotations, service: service.annotations };
        }
        default: {
            const own = (kind: string) =>
                resources.filter(
                    ({ type, inputs }) =>
                        type.endsWith(`:${kind}`) &&
                        isMap(inputs.metadata) &&
                        inputs.metadata.name === `airflow-${to.name}`,
                );
            const [service, ...services] = own("Service");
            const [set, ...sets] = own("StatefulSet");
            assert.ok(service && set, `${to.name} must have a Service and a StatefulSet`);
            assert.deepEqual([...services, ...sets], []);
            const { spec } = plainMap(set.inputs) as { spec: { template: { metadata: { annotations: Annotations } } } };
            const { metadata } = plainMap(service.inputs) as { metadata: { annotations: Annotations } };
            return { pods: spec.template.metadata.annotations, service: metadata.annotations };
        }
    }
}

interface Pgbouncer {
    readonly podAnnotations: Annotations;
    readonly service: { readonly extraAnnotations: Annotations };
}

interface Envoy {
    readonly envoyDeployment: { readonly pod: { readonly annotations: Annotations } };
    readonly envoyService: { readonly annotations: Annotations };
}

interface Controller {
    readonly deployment: { readonly pod: { readonly annotations: Annotations } };
    readonly service: { readonly annotations: Annotations };
}
