import assert from "node:assert/strict";
import { join } from "node:path";

import { connectionTable } from "../../../../stacks/connections.ts";
import { mirrorFiles, ProjectFolder } from "../../project.ts";
import { eks } from "../cluster/eks-section.ts";
import { airflow, config, refuses } from "../../stack-file.ts";

const certificate = { kind: "private-ca" };
const withName = { ...airflow, hostname: "airflow.example.com" };

const entrance = (more: object = {}) => ({
    airflow: withName,
    entrance: { kind: "gateway", certificate, ...more },
});

describe("the config of the entrance", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("makes none unless the stack asks for it", () => {
        for (const entrance of [undefined, {}, { kind: "none" }]) {
            assert.equal(config({ entrance }).entrance, undefined);
        }
    });

    it("must be said of a cluster that the stack makes, into which nothing else leads", () => {
        for (const entrance of [undefined, {}]) {
            refuses(
                [
                    "airflow-linkerd:entrance is missing: nobody would reach Airflow in a new cluster. Write it as {kind: " +
                        "gateway, certificate: {kind: acme, email: …, zoneId: …}, loadBalancer: {kind: nlb}, dns: {kind: " +
                        "route53, zoneId: …}}, or as {kind: none} where people come by a way of your own.",
                ],
                { cluster: eks, entrance },
            );
        }
        assert.equal(config({ cluster: eks, entrance: { kind: "none" } }).entrance, undefined);
    });

    it("is internal, for private networks and three times over, unless the stack says otherwise", () => {
        assert.deepEqual(config(entrance()).entrance, {
            hostname: "airflow.example.com",
            hostnames: ["airflow.example.com"],
            port: "",
            exposure: "internal",
            clients: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fd00::/8"],
            certificateSecret: undefined,
            issuer: undefined,
            issuerHosts: [],
            acme: undefined,
            recordsZoneId: undefined,
            service: undefined,
            clientAddress: "unknown",
            runsController: false,
            replicas: 3,
            definitions: "https://github.com/envoyproxy/gateway/releases/download/v1.9.1/envoy-gateway-crds.yaml",
            uis: [],
            login: undefined,
        });
        const once = config({ ...entrance(), mesh: { highAvailability: false } });
        assert.equal(once.entrance?.replicas, 1);
    });

    it("takes the name from the address, whatever port it has", () => {
        const { entrance: made } = config({
            ...entrance(),
            airflow: { ...airflow, url: "https://airflow.localhost:8443" },
        });
        assert.equal(made?.hostname, "airflow.localhost");
        assert.equal(made?.port, ":8443");
    });

    it("refuses the internet without ranges or a reason", () => {
        refuses(
            [
                "airflow-linkerd:entrance.allowedCidrs is missing: anybody could come from the internet. Name the " +
                    "ranges of those who may, or give allowAnybody with a reason.",
            ],
            entrance({ exposure: "internet" }),
        );
        const open = config(entrance({ exposure: "internet", allowAnybody: "partners come here" }));
        assert.deepEqual(open.entrance?.clients, ["0.0.0.0/0", "::/0"]);
        const narrow = config(entrance({ exposure: "internet", allowedCidrs: ["203.0.113.0/24", "2001:db8::/32"] }));
        assert.deepEqual(narrow.entrance?.clients, ["203.0.113.0/24", "2001:db8::/32"]);
    });

    it("refuses ranges that are none, and those that hold anybody", () => {
        refuses(
            [
                'airflow-linkerd:entrance.allowedCidrs[1] is "203.0.113.7/24": it must be a range of addresses. Write it ' +
                    'as "203.0.113.0/24".',
            ],
            entrance({ exposure: "internet", allowedCidrs: ["203.0.113.0/24", "203.0.113.7/24"] }),
        );
        for (const cidr of ["0.0.0.0/0", "128.0.0.0/1", "::/0"]) {
            refuses(
                [
                    `airflow-linkerd:entrance.allowedCidrs[0] is "${cidr}": that is anybody. Name narrower ranges, or give ` +
                        `allowAnybody with a reason.`,
                ],
                entrance({ exposure: "internet", allowedCidrs: [cidr] }),
            );
        }
    });

    it("refuses anybody where the entrance is internal", () => {
        refuses(
            [
                'airflow-linkerd:entrance.allowedCidrs[0] is "0.0.0.0/0": that is anybody. Name narrower ranges, or set ' +
                    "exposure to internet.",
            ],
            entrance({ allowedCidrs: ["0.0.0.0/0"] }),
        );
    });

    it("refuses a reason for anybody where not anybody can come", () => {
        refuses(
            [
                'airflow-linkerd:entrance.allowAnybody is "partners": the entrance is internal, so not anybody comes ' +
                    "there. Remove it, or set exposure to internet.",
            ],
            entrance({ allowAnybody: "partners" }),
        );
        refuses(
            [
                'airflow-linkerd:entrance.allowAnybody is "partners": no range of allowedCidrs is so wide that it holds ' +
                    "anybody. Leave one of the two out.",
            ],
            entrance({ exposure: "internet", allowedCidrs: ["203.0.113.0/24"], allowAnybody: "partners" }),
        );
    });

    it("refuses an entrance without a name by which people come, or without TLS", () => {
        refuses(
            [
                "airflow-linkerd:airflow.hostname is missing: the entrance needs the name by which people come. Name it, or " +
                    "set entrance to {kind: none}.",
            ],
            { ...entrance(), airflow },
        );
        for (const url of ["http://127.0.0.1:8080", "https://127.0.0.1:8443"]) {
            refuses(
                [
                    `airflow-linkerd:airflow.url is "${url}": people come through the entrance, which tells hosts apart by ` +
                        'name and takes TLS alone. Write it as "https://airflow.example.com", or set entrance to {kind: none}.',
                ],
                { ...entrance(), airflow: { ...airflow, url } },
            );
        }
    });

    it("refuses a second way in", () => {
        refuses(
            [
                "airflow-linkerd:mesh.frontDoor is a map: people come through the entrance, and a second way in would go " +
                    "past its rules. Remove it, or set entrance to {kind: none}.",
            ],
            {
                ...entrance(),
                mesh: { frontDoor: { namespace: "ingress", serviceAccount: "ingress", labels: { app: "ingress" } } },
            },
        );
    });

    it("refuses an entrance without a certificate, or of another kind", () => {
        refuses(
            ["airflow-linkerd:entrance.certificate is missing: it must be a map. Write it as {kind: private-ca}."],
            { airflow: withName, entrance: { kind: "gateway" } },
        );
        refuses(
            ['airflow-linkerd:entrance.kind is "ingress": it must be gateway or none. Correct it.'],
            entrance({ kind: "ingress" }),
        );
    });

    it("has AWS keep the client's address and tell it to Envoy, and ask Envoy's own port for readiness", () => {
        const aws = { accountId: "123456789012", region: "eu-central-1", name: "mine" };
        const nlb = (more: object = {}) =>
            config({
                ...entrance({ loadBalancer: { kind: "nlb" }, ...more }),
                cluster: { kind: "existing", kubeconfig: "kubeconfig", aws },
            }).entrance;
        const made = nlb();
        assert.equal(made?.service?.class, "service.k8s.aws/nlb");
        assert.equal(made.clientAddress, "proxy-protocol");
        const { annotations } = made.service;
        const at = (key: string) => annotations[`service.beta.kubernetes.io/aws-load-balancer-${key}`];
        assert.equal(at("scheme"), "internal");
        assert.equal(at("healthcheck-port"), "19003");
        assert.match(
            at("target-group-attributes") ?? "",
            /preserve_client_ip\.enabled=true,proxy_protocol_v2\.enabled=true/,
        );
        const open = nlb({ exposure: "internet", allowedCidrs: ["203.0.113.0/24"] });
        assert.equal(
            open?.service?.annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"],
            "internet-facing",
        );
    });

    it("has EKS itself make the load balancer where the stack's nodes are Auto Mode's", () => {
        const made = config({
            ...entrance({ loadBalancer: { kind: "nlb" } }),
            cluster: { ...eks, nodes: { kind: "auto" } },
        }).entrance;
        assert.equal(made?.service?.class, "eks.amazonaws.com/nlb");
    });

    it("runs what makes the load balancer in a cluster of its own, unless EKS does or somebody else", () => {
        const withNodes = (nodes: object, loadBalancer: object = { kind: "nlb" }) =>
            config({ ...entrance({ loadBalancer }), cluster: { ...eks, nodes } }).entrance;
        for (const kind of ["managed", "karpenter"]) {
            const made = withNodes({ kind });
            assert.equal(made?.runsController, true, kind);
            assert.equal(made.service?.class, "service.k8s.aws/nlb");
            assert.equal(withNodes({ kind }, { kind: "nlb", class: "service.k8s.aws/nlb" })?.runsController, false);
        }
        assert.equal(withNodes({ kind: "auto" })?.runsController, false);
        assert.equal(withNodes({ kind: "managed" }, { kind: "service" })?.runsController, false);
        const aws = { accountId: "123456789012", region: "eu-central-1", name: "mine" };
        const existing = { kind: "existing", kubeconfig: "kubeconfig", aws };
        assert.equal(
            config({ ...entrance({ loadBalancer: { kind: "nlb" } }), cluster: existing }).entrance?.runsController,
            false,
        );
    });

    it("gives that a way to AWS alone, by the agent or by the token service", () => {
        const egress = (identity: string) => {
            const rows = connectionTable(
                config({ ...entrance({ loadBalancer: { kind: "nlb" } }), cluster: { ...eks, identity } }),
            ).egress.filter(({ from }) => from.some((each) => each.namespace === "load-balancer"));
            return rows.flatMap(({ name, to }) => (to.kind === "hosts" ? to.hosts : [`${name} at ${to.cidrs.join()}`]));
        };
        const always = ["elasticloadbalancing.eu-central-1.amazonaws.com", "ec2.eu-central-1.amazonaws.com"];
        const outside = (identity: string) => egress(identity).filter((each) => !/^(kubernetes|names) /.test(each));
        assert.deepEqual(outside("irsa"), [...always, "sts.eu-central-1.amazonaws.com"]);
        assert.deepEqual(outside("pod-identity"), [...always, "aws-credentials at 169.254.170.23/32"]);
    });

    it("refuses to wait for a load balancer that nothing in the cluster makes", () => {
        refuses(
            [
                'airflow-linkerd:entrance.loadBalancer.class is "eks.amazonaws.com/nlb": EKS itself makes load balancers only ' +
                    "where nodes are Auto Mode's. Leave the key out, and the stack runs what makes them, or set cluster.nodes " +
                    "to {kind: auto}.",
            ],
            { ...entrance({ loadBalancer: { kind: "nlb", class: "eks.amazonaws.com/nlb" } }), cluster: eks },
        );
    });

    it("refuses tags that what makes the load balancer cannot be told, where the stack runs it", () => {
        const tags = { "a=b": "c", "elbv2.k8s.aws/cluster": "other", owner: "us" };
        const stack = { ...entrance({ loadBalancer: { kind: "nlb" } }), tags };
        const rule =
            "the AWS Load Balancer Controller, which entrance.loadBalancer has the stack run, takes no tag whose name has a = " +
            "in it, or begins as its own do. Call it otherwise.";
        refuses(
            [
                `airflow-linkerd:tags["a=b"] is "c": ${rule}`,
                `airflow-linkerd:tags["elbv2.k8s.aws/cluster"] is "other": ${rule}`,
            ],
            { ...stack, cluster: eks },
        );
        assert.deepEqual(config({ ...stack, cluster: { ...eks, nodes: { kind: "auto" } } }).tags, tags);
    });

    it("asks of a mirror for that chart only where the stack runs it", () => {
        mirrorFiles
            .filter((file) => !file.startsWith("aws-load-balancer-controller"))
            .forEach((file) => {
                project.write(join("mirror", file), "");
            });
        const stack = { ...entrance({ loadBalancer: { kind: "nlb" } }), charts: { mirror: "mirror" } };
        refuses(
            [
                'airflow-linkerd:charts.mirror is "mirror": aws-load-balancer-controller-3.5.0.tgz is missing in it, and the ' +
                    'stack has an entrance. Fetch it ("helm pull aws-load-balancer-controller --repo ' +
                    'https://aws.github.io/eks-charts --version 3.5.0 -d mirror"), or leave the key out to use the official ' +
                    "repositories.",
            ],
            { ...stack, cluster: eks },
        );
        assert.ok(config({ ...stack, cluster: { ...eks, nodes: { kind: "auto" } } }).entrance);
    });

    it("takes an issuer that somebody keeps, and opens what cert-manager calls for it", () => {
        const hosts = ["acme-v02.api.letsencrypt.org"];
        const stack = entrance({ certificate: { kind: "issuer", name: "letsencrypt", hosts } });
        const made = config(stack);
        assert.deepEqual(made.entrance?.issuer, {
            group: "cert-manager.io",
            kind: "ClusterIssuer",
            name: "letsencrypt",
        });
        const opened = (of: typeof made) => connectionTable(of).egress.filter(({ name }) => name === "issuer");
        assert.deepEqual(
            opened(made).map(({ from, to }) => [from.map(({ namespace }) => namespace), "hosts" in to && to.hosts]),
            [[["cert-manager"], hosts]],
        );
        // Of somebody else's cert-manager nothing is closed here.
        assert.deepEqual(opened(config({ ...stack, existing: { certManager: { namespace: "certs" } } })), []);
    });

    it("refuses a load balancer of AWS in a cluster that is not there", () => {
        refuses(
            [
                'airflow-linkerd:entrance.loadBalancer.kind is "nlb": that is in AWS, and cluster names no account there. Name ' +
                    "it in cluster.aws, or set the kind to service.",
            ],
            entrance({ loadBalancer: { kind: "nlb" } }),
        );
    });

    it("asks of a mirror for its chart and definitions, which a stack without an entrance need not have", () => {
        const without = mirrorFiles.filter((file) => !/gateway-helm|envoy-gateway/.test(file));
        without.forEach((file) => {
            project.write(join("mirror", file), "");
        });
        assert.equal(config({ charts: { mirror: "mirror" } }).charts.mirror, "mirror");
        refuses(
            [
                'airflow-linkerd:charts.mirror is "mirror": gateway-helm-v1.9.1.tgz is missing in it, and the stack has an ' +
                    'entrance. Fetch it ("helm pull oci://docker.io/envoyproxy/gateway-helm --version v1.9.1 -d mirror"), or ' +
                    "leave the key out to use the official repositories.",
                'airflow-linkerd:charts.mirror is "mirror": envoy-gateway-1.9.1-definitions.yaml is missing in it, and the ' +
                    'stack has an entrance. Fetch it ("curl -L -o mirror/envoy-gateway-1.9.1-definitions.yaml ' +
                    'https://github.com/envoyproxy/gateway/releases/download/v1.9.1/envoy-gateway-crds.yaml"), or leave the ' +
                    "key out to use the official repositories.",
            ],
            { ...entrance(), charts: { mirror: "mirror" } },
        );
    });

    it("takes its definitions from a file of the stack's", () => {
        refuses(
            [
                'airflow-linkerd:charts.envoyGateway is "envoy.yaml": there is no such file. Put Envoy Gateway\'s ' +
                    "definitions there, or leave the key out; a path starts at the project.",
            ],
            { ...entrance(), charts: { envoyGateway: "envoy.yaml" } },
        );
        project.write("envoy.yaml", "");
        const { entrance: made } = config({ ...entrance(), charts: { envoyGateway: "envoy.yaml" } });
        assert.equal(made?.definitions, "envoy.yaml");
    });

    it("keeps tasks away from it, and from what makes its load balancer", () => {
        const calls = ["entrance", "load-balancer"].map((namespace) => ({
            namespace,
            labels: { app: "envoy" },
            port: 10443,
            reason: "x",
        }));
        refuses(
            calls.map(
                ({ namespace }, index) =>
                    `airflow-linkerd:mesh.calls[${index}].namespace is "${namespace}": it is the platform's own, and what a ` +
                    "task needs of it, every task may call already. Remove the entry, or name another namespace.",
            ),
            { ...entrance(), mesh: { calls } },
        );
    });
});
