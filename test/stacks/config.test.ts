import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { defaultSizes } from "../../components/airflow/airflow-sizes.ts";
import { defaultConcurrency } from "../../components/airflow/concurrency.ts";
import { defaultDagBundles } from "../../components/airflow/dags/dag-bundles.ts";
import { defaultKeys } from "../../components/airflow/keys/key-generations.ts";
import { defaultRetention } from "../../components/airflow/retention.ts";
import { readConfig } from "../../stacks/config.ts";
import { value } from "../support/mocks.ts";
import { certificate } from "./certificate.ts";
import { kubeconfig, mirrorFiles, ProjectFolder } from "./project.ts";
import { airflow, cluster, config, refuses } from "./stack-file.ts";

const external = { kind: "external", host: "db.example.com", password: "hunter2", authorityFile: "database.pem" };

describe("the config", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("needs a cluster and a database, and has safe defaults for the rest", () => {
        assert.deepEqual(config({}), {
            cluster: {
                kind: "existing",
                name: "nearby",
                reach: { kubeconfig: "kubeconfig", context: "here" },
                aws: undefined,
            },
            charts: {
                mirror: undefined,
                gatewayApi:
                    "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/experimental-install.yaml",
            },
            images: { digests: {} },
            trust: {
                domain: "cluster.local",
                generations: [1],
                signer: 1,
                lifetimes: { workloadHours: 24, issuerHours: 48, issuerRenewBeforeHours: 25 },
            },
            mesh: { highAvailability: true, chartValues: {}, policy: "enforce", egress: [], calls: [] },
            airflow: {
                version: "3.3.2",
                url: undefined,
                highAvailability: true,
                database: { kind: "in-cluster", storageGb: 8 },
                logs: undefined,
                sizes: defaultSizes,
                concurrency: defaultConcurrency,
                pools: [],
                dagBundles: defaultDagBundles,
                retention: defaultRetention,
                keys: defaultKeys,
                launchPods: false,
                image: undefined,
                registryLogin: undefined,
                config: {},
                secretConfig: {},
                tasks: {
                    env: {},
                    envFrom: { secrets: [], configMaps: [] },
                    volumes: [],
                    resources: { requests: {}, limits: {} },
                },
                lookups: { connections: {}, variables: {} },
                chartValues: {},
            },
            entrance: undefined,
            existing: { gatewayApi: false },
            allowReplace: [],
            tags: {},
            login: undefined,
            teams: [],
        });
    });

    it("takes Airflow's address as a host name, or whole where that does not say all of it", () => {
        const url = (given: object) => config({ airflow: { ...airflow, ...given } }).airflow.url;
        assert.equal(url({ hostname: "airflow.example.com" }), "https://airflow.example.com");
        for (const whole of ["https://airflow.example.com:8443", "http://127.0.0.1:20080", "http://localhost:8080"]) {
            assert.equal(url({ url: whole }), whole);
        }
    });

    it("is read from Pulumi, with what is encrypted in it known to be", async () => {
        project.write("database.pem", certificate);
        await pulumi.runtime.setMocks(
            { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
            "airflow-linkerd",
            "production",
        );
        pulumi.runtime.setAllConfig(
            {
                "airflow-linkerd:cluster": JSON.stringify(cluster),
                "airflow-linkerd:airflow": JSON.stringify({ database: external }),
                "aws:region": "eu-west-1",
            },
            ["airflow-linkerd:airflow"],
        );
        const { database } = readConfig().airflow;
        assert.ok(database.kind === "external");
        assert.equal(database.authorityPem, certificate);
        const password = pulumi.output(database.password);
        assert.ok(await pulumi.isSecret(password));
        assert.equal(await value(password), "hunter2");
    });

    describe("refuses", () => {
        it("everything that is wrong at once", () => {
            refuses(
                [
                    "airflow-linkerd:msh is no key that exists; there are cluster, charts, images, trust, mesh, airflow, entrance, existing, allowReplace, tags, login, teams, teamsFile, teamCredentials. Did you mean mesh? Else remove it.",
                    'airflow-linkerd:cluster.kind is "gke": it must be existing, or eks for a cluster that the stack makes. Correct it.',
                    'airflow-linkerd:trust.signer is "one": it must be a whole number from 1. Number generations 1, 2, 3 and so on.',
                    'airflow-linkerd:mesh.highAvailability is "no": it must be true or false. Write it without quotes.',
                    'airflow-linkerd:airflow.version is "2.10.5": it must be a release of Airflow 3, such as "3.3.2". Correct it.',
                ],
                {
                    msh: {},
                    cluster: { ...cluster, kind: "gke" },
                    trust: { signer: "one" },
                    mesh: { highAvailability: "no" },
                    airflow: { ...airflow, version: "2.10.5" },
                },
            );
        });

        it("a stack without a cluster or a database", () => {
            refuses(
                [
                    "airflow-linkerd:cluster is missing: it must be a map. Write it as {kind: existing, kubeconfig: ~/.kube/config}.",
                    "airflow-linkerd:airflow is missing: it must be a map. Write it as {database: {kind: external, …}}.",
                ],
                { cluster: undefined, airflow: undefined },
            );
            refuses(
                [
                    "airflow-linkerd:airflow.database is missing: it must be a map. Write it as {kind: external, host: …, password: {secure: …}, authorityFile: …}.",
                ],
                { airflow: {} },
            );
        });

        it("text where a map must be", () => {
            refuses(
                ['airflow-linkerd:trust is "stack": it must be a map. Write it as {generations: [1], signer: 1}.'],
                { trust: "stack" },
            );
        });

        describe("a key that does not exist", () => {
            it("with the one that was meant", () => {
                refuses(
                    [
                        "airflow-linkerd:airflow.hostnme is no key that exists; there are version, hostname, url, highAvailability, database, logs, secrets, sizes, concurrency, pools, dagBundles, retention, keys, launchPods, aws, image, config, secretConfig, unlistedConfig, tasks, connections, variables, chartValues. Did you mean hostname? Else remove it.",
                    ],
                    { airflow: { ...airflow, hostnme: "airflow.example.com" } },
                );
            });

            it("without a guess when none is near", () => {
                refuses(
                    [
                        "airflow-linkerd:mesh.colour is no key that exists; there are highAvailability, chartValues, policy, egress, calls, frontDoor. Remove it.",
                    ],
                    { mesh: { colour: "blue" } },
                );
            });

            it("among those of the kind of database", () => {
                refuses(
                    [
                        "airflow-linkerd:airflow.database.storageGB is no key that exists; there are kind, storageGb. Did you mean storageGb? Else remove it.",
                    ],
                    { airflow: { database: { kind: "in-cluster", storageGB: 1 } } },
                );
            });

            it("in the lifetimes", () => {
                refuses(
                    [
                        "airflow-linkerd:trust.lifetimes.issuerHour is no key that exists; there are workloadHours, issuerHours, issuerRenewBeforeHours. Did you mean issuerHours? Else remove it.",
                    ],
                    { trust: { lifetimes: { issuerHour: 1 } } },
                );
            });
        });

        describe("a cluster", () => {
            it("whose kubeconfig is not there", () => {
                refuses(
                    [
                        'airflow-linkerd:cluster.kubeconfig is "elsewhere": there is no such file. Start the cluster, fetch its kubeconfig, or name another file; a path starts at the project.',
                    ],
                    { cluster: { ...cluster, kubeconfig: "elsewhere" } },
                );
            });

            it("whose kubeconfig is broken, without showing what is in it", () => {
                project.write("kubeconfig", "users: [hunter2");
                refuses(
                    ['airflow-linkerd:cluster.kubeconfig is "kubeconfig": the file is no YAML. Fetch it anew.'],
                    {},
                );
                project.write("kubeconfig", "hunter2");
                refuses(
                    [
                        'airflow-linkerd:cluster.kubeconfig is "kubeconfig": the file has no list of contexts. Fetch it anew.',
                    ],
                    {},
                );
            });

            it("whose context is not in the kubeconfig", () => {
                refuses(['airflow-linkerd:cluster.context is "there": kubeconfig has no such context. It has: here.'], {
                    cluster: { ...cluster, context: "there" },
                });
            });

            it("whose kubeconfig leaves the context open", () => {
                project.write("kubeconfig", JSON.stringify({ ...kubeconfig, "current-context": "" }));
                refuses(
                    [
                        "airflow-linkerd:cluster.context is missing: it must name a context, because kubeconfig has no current one. Set it to one of: here.",
                    ],
                    {},
                );
            });

            it("that the kubeconfig names and does not describe", () => {
                project.write("kubeconfig", JSON.stringify({ ...kubeconfig, clusters: [] }));
                refuses(
                    [
                        'airflow-linkerd:cluster.kubeconfig is "kubeconfig": its context "here" is of cluster "nearby", which the file does not describe. Fetch the file anew.',
                    ],
                    {},
                );
            });
        });

        describe("a place for Gateway API's definitions", () => {
            it("that is not there, or is no place", () => {
                refuses(
                    [
                        'airflow-linkerd:charts.gatewayApi is "gateway.yaml": there is no such file. Put Gateway API\'s manifest there, or leave the key out; a path starts at the project.',
                    ],
                    { charts: { gatewayApi: "gateway.yaml" } },
                );
                refuses(
                    [
                        'airflow-linkerd:charts.gatewayApi is "oci://r.example/gateway": it must be a file, or an address that begins with https://. Correct it.',
                    ],
                    { charts: { gatewayApi: "oci://r.example/gateway" } },
                );
            });

            it("and takes one that is, which the mirror need not have then", () => {
                project.write("gateway.yaml", "");
                mirrorFiles.slice(0, -1).forEach((file) => {
                    project.write(join("mirror", file), "");
                });
                assert.deepEqual(config({ charts: { mirror: "mirror", gatewayApi: "gateway.yaml" } }).charts, {
                    mirror: "mirror",
                    gatewayApi: "gateway.yaml",
                });
            });
        });

        describe("a mirror", () => {
            it("that is not there", () => {
                refuses(
                    [
                        'airflow-linkerd:charts.mirror is "mirror": there is no such folder. Make it and put the charts into it, name another place (a folder, https:// or oci://), or leave the key out to use the official repositories.',
                    ],
                    { charts: { mirror: "mirror" } },
                );
            });

            it("that lacks a chart or the Gateway API", () => {
                mirrorFiles.forEach((file) => {
                    project.write(join("mirror", file), "");
                });
                assert.equal(config({ charts: { mirror: "mirror" } }).charts.mirror, "mirror");
                rmSync("mirror/airflow-1.22.0.tgz");
                rmSync("mirror/gateway-api-1.5.1-experimental.yaml");
                refuses(
                    [
                        'airflow-linkerd:charts.mirror is "mirror": airflow-1.22.0.tgz is missing in it. Fetch it ("helm pull airflow --repo https://airflow.apache.org --version 1.22.0 -d mirror"), or leave the key out to use the official repositories.',
                        'airflow-linkerd:charts.mirror is "mirror": gateway-api-1.5.1-experimental.yaml is missing in it. Fetch it ("curl -L -o mirror/gateway-api-1.5.1-experimental.yaml https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/experimental-install.yaml"), or leave the key out to use the official repositories.',
                    ],
                    { charts: { mirror: "mirror" } },
                );
            });

            it("behind an address that is not safe", () => {
                refuses(
                    [
                        'airflow-linkerd:charts.mirror is "http://charts.example.com": it must be a folder, or an address that begins with https:// or oci://. Correct it.',
                    ],
                    { charts: { mirror: "http://charts.example.com" } },
                );
                assert.equal(
                    config({ charts: { mirror: "oci://r.example/charts" } }).charts.mirror,
                    "oci://r.example/charts",
                );
            });
        });

        describe("what the cluster has already", () => {
            it("that rests on something the stack would bring, or is no place", () => {
                refuses(
                    [
                        "airflow-linkerd:existing.certManager is missing: a trust-manager rests on a cert-manager, and the stack would bring another. Name that one too.",
                    ],
                    { existing: { trustManager: { namespace: "roots" } } },
                );
                refuses(
                    [
                        "airflow-linkerd:existing.certManger is no key that exists; there are certManager, trustManager, gatewayApi, prometheus. Did you mean certManager? Else remove it.",
                    ],
                    { existing: { certManger: { namespace: "certs" } } },
                );
                refuses(
                    [
                        'airflow-linkerd:existing.certManager is "certs": it must be a map. Write it as {namespace: cert-manager}.',
                    ],
                    { existing: { certManager: "certs" } },
                );
                refuses(
                    [
                        'airflow-linkerd:existing.prometheus.service is missing: it must be text. Write it as "prometheus".',
                        'airflow-linkerd:existing.prometheus.labels is a map: it must have a label, or it would be every pod. Write it as {app.kubernetes.io/name: "prometheus"}.',
                    ],
                    { existing: { prometheus: { namespace: "monitoring", serviceAccount: "prometheus", labels: {} } } },
                );
            });
        });

        describe("a trust", () => {
            it("whose signer nobody trusts", () => {
                refuses(
                    [
                        "airflow-linkerd:trust.signer is 3: it must be one of trust.generations (1, 2), or no proxy would trust what it signs. Add it there, or choose one of them.",
                    ],
                    { trust: { generations: [1, 2], signer: 3 } },
                );
            });

            it("without a generation", () => {
                refuses(
                    [
                        "airflow-linkerd:trust.generations is an empty list: it must have a generation, or no proxy trusts another. Write it as [1].",
                    ],
                    { trust: { generations: [] } },
                );
            });

            it("with a generation twice", () => {
                refuses(
                    ["airflow-linkerd:trust.generations[2] is 1: each generation may be listed once. Remove this one."],
                    { trust: { generations: [1, 2, 1] } },
                );
            });

            it("with a generation that is no number", () => {
                refuses(
                    [
                        "airflow-linkerd:trust.generations[0] is 0: it must be a whole number from 1. Number generations 1, 2, 3 and so on.",
                        "airflow-linkerd:trust.generations[1] is 1.5: it must be a whole number from 1. Number generations 1, 2, 3 and so on.",
                    ],
                    { trust: { generations: [0, 1.5] } },
                );
            });

            it("whose domain is no DNS name", () => {
                for (const domain of ["Mesh.Example", "mesh_example", "-mesh", "mesh..example", "a".repeat(64)]) {
                    refuses(
                        [
                            `airflow-linkerd:trust.domain is "${domain}": it must be a DNS name: lower-case labels of letters, digits and "-", joined by dots. Correct it.`,
                        ],
                        { trust: { domain } },
                    );
                }
            });

            it("whose issuer ends before what it signs", () => {
                refuses(
                    [
                        "airflow-linkerd:trust.lifetimes.issuerRenewBeforeHours is 20: it must be more than workloadHours (24), or workload certificates are cut short at the issuer's end. Raise it, or lower workloadHours.",
                    ],
                    { trust: { lifetimes: { issuerRenewBeforeHours: 20 } } },
                );
            });
        });

        describe("logs", () => {
            it("on a volume that all tasks share, in a stack that is not for development", () => {
                const hostPath = "/var/lib/airflow-task-logs";
                project.write("database.pem", certificate);
                refuses(
                    [
                        'airflow-linkerd:airflow.logs.kind is [secret]: every task can read and overwrite the logs of all others there, so it is only for stacks named "dev" or "dev-…", and this one is "production". Set it to s3, or leave logs out.',
                    ],
                    { airflow: { database: external, logs: { kind: "volume", hostPath } } },
                    { stack: "production", secret: ["airflow"] },
                );
                const { logs } = config({ airflow: { ...airflow, logs: { kind: "volume", hostPath } } }).airflow;
                assert.deepEqual(logs, { kind: "volume", storageGb: 8, hostPath });
            });

            it("of a kind that there is not", () => {
                refuses(
                    [
                        'airflow-linkerd:airflow.logs.kind is "disk": it must be s3, or volume in a stack for development. Correct it, or leave logs out.',
                    ],
                    { airflow: { ...airflow, logs: { kind: "disk" } } },
                );
            });
        });

        describe("an address of Airflow", () => {
            for (const url of [
                "http://airflow.example.com",
                "https://airflow.example.com/",
                "https://airflow.example.com/airflow",
                "https://airflow.example.com?x",
                "https://Airflow.example.com",
                "https://ann@airflow.example.com",
                "airflow.example.com",
            ]) {
                // What stands before an @ may be a secret.
                const shown = url.includes("@") ? "[secret]" : `"${url}"`;
                it(`that is ${url}`, () => {
                    refuses(
                        [
                            `airflow-linkerd:airflow.url is ${shown}: it must be an https:// address in lower case without a path or a slash at its end; http:// only for 127.0.0.1 and localhost, because people's sessions go there. Correct it.`,
                        ],
                        { airflow: { ...airflow, url } },
                    );
                });
            }

            it("that is given twice", () => {
                const given = { hostname: "airflow.example.com", url: "https://airflow.example.com:8443" };
                refuses(
                    [
                        'airflow-linkerd:airflow.url is "https://airflow.example.com:8443": hostname gives an address already. Leave one of the two out: url when it is https:// and that host name.',
                    ],
                    { airflow: { ...airflow, ...given } },
                );
            });
        });

        describe("a database", () => {
            it("in the cluster, in a stack that is not for development", () => {
                refuses(
                    [
                        'airflow-linkerd:airflow.database.kind is "in-cluster": it has no backup, so it is only for stacks named "dev" or "dev-…", and this one is "development". Set it to rds, or to external and name a server that somebody looks after.',
                    ],
                    {},
                    { stack: "development" },
                );
                assert.equal(config({}, { stack: "dev-ann" }).airflow.database.kind, "in-cluster");
            });

            it("of a kind that there is not", () => {
                refuses(
                    [
                        'airflow-linkerd:airflow.database.kind is "mysql": it must be "rds" or "external", or "in-cluster" in a stack for development. Correct it.',
                    ],
                    { airflow: { database: { kind: "mysql" } } },
                );
            });

            it("whose password stands in plain text, without showing it", () => {
                project.write("database.pem", certificate);
                refuses(
                    [
                        "airflow-linkerd:airflow.database.password is [secret]: it is a secret and stands there in plain text. Encrypt it with \"pulumi config set --secret --path 'airflow-linkerd:airflow.database.password'\", and consider it known to others.",
                    ],
                    { airflow: { database: external } },
                );
            });

            it("whose password is no text, without showing it", () => {
                project.write("database.pem", certificate);
                refuses(
                    ["airflow-linkerd:airflow.database.password is [secret]: it must be text. Write it as a secret."],
                    { airflow: { database: { ...external, password: 12345 } } },
                    { secret: ["airflow"] },
                );
            });

            it("whose password ends with a line break, without showing it", () => {
                project.write("database.pem", certificate);
                refuses(
                    [
                        "airflow-linkerd:airflow.database.password is [secret]: it must have no line break, which PgBouncer cannot read. Take it out, also at the end.",
                    ],
                    { airflow: { database: { ...external, password: "hunter2\n" } } },
                    { secret: ["airflow"] },
                );
            });

            it("whose authority is not there, or is none", () => {
                const wayOut =
                    "Put the certificate of the authority that signed the server's there, as PEM; a path starts at the project.";
                const sections = { airflow: { database: external } };
                refuses(
                    [`airflow-linkerd:airflow.database.authorityFile is [secret]: there is no such file. ${wayOut}`],
                    sections,
                    { secret: ["airflow"] },
                );
                project.write("database.pem", "-----BEGIN CERTIFICATE-----");
                refuses(
                    [
                        `airflow-linkerd:airflow.database.authorityFile is [secret]: the file is no certificate. ${wayOut}`,
                    ],
                    sections,
                    { secret: ["airflow"] },
                );
            });
        });

        it("to show any value of a section in which something is encrypted", () => {
            refuses(
                [
                    "airflow-linkerd:mesh.highAvailability is [secret]: it must be true or false. Write it without quotes.",
                ],
                { mesh: { highAvailability: "hunter2" } },
                { secret: ["mesh"] },
            );
            const value = "of at most 256 letters, digits, spaces and _.:/=+-@";
            refuses(
                [`airflow-linkerd:tags.team is [secret]: it must be ${value}. Shorten or rewrite it.`],
                { tags: { team: "hunter#2" } },
                { secret: ["tags"] },
            );
        });
    });
});
