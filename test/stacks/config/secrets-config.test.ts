import assert from "node:assert/strict";

import { checkedConfig } from "../../../stacks/config.ts";
import { canary, sampleSecrets } from "../../support/sample-secrets.ts";
import { certificate } from "../certificate.ts";
import { ProjectFolder } from "../project.ts";
import { airflow, cluster, config, refuses } from "../stack-file.ts";

type Sections = Record<string, unknown>;

const bundle = { kind: "git", name: "dags", repository: "https://git.example.com/a.git", ref: "main" };

/** The same text at every key that people put secrets at. */
const places: Readonly<Record<string, (secret: string) => Sections>> = {
    "cluster.kubeconfig": (secret) => ({ cluster: { ...cluster, kubeconfig: secret } }),
    "tags.owner": (secret) => ({ tags: { owner: secret } }),
    "mesh.chartValues.proxy.extra": (secret) => ({ mesh: { chartValues: { proxy: { extra: secret } } } }),
    "airflow.chartValues.scheduler.env[0].value": (secret) => ({
        airflow: { ...airflow, chartValues: { scheduler: { env: [{ name: "X", value: secret }] } } },
    }),
    "airflow.dagBundles[0].repository": (secret) => ({
        airflow: { ...airflow, dagBundles: [{ ...bundle, repository: secret }] },
    }),
    "airflow.dagBundles[0].ref": (secret) => ({ airflow: { ...airflow, dagBundles: [{ ...bundle, ref: secret }] } }),
    "airflow.pools[0].description": (secret) => ({
        airflow: { ...airflow, pools: [{ name: "a", slots: 1, description: secret }] },
    }),
    "charts.mirror": (secret) => ({ charts: { mirror: secret } }),
    "airflow.database.authorityFile": (secret) => ({
        airflow: { database: { kind: "external", host: "db.example.com", password: "x", authorityFile: secret } },
    }),
    "login.authorityFile": (secret) => ({
        login: {
            issuer: "https://login.example.com",
            clientId: "airflow",
            clientSecret: "x",
            authorityFile: secret,
            adminGroups: ["a"],
            contact: "us",
        },
    }),
    "an unknown key": (secret) => ({ mesh: { [secret]: true } }),
    "a tag's key": (secret) => ({ tags: { [secret]: "x" } }),
};

function messageOf(sections: Sections, options: Parameters<typeof config>[1] = {}): string {
    try {
        config(sections, options);
    } catch (error) {
        return (error as Error).message;
    }
    return assert.fail("nothing was refused");
}

describe("a secret in the config", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    for (const [place, sections] of Object.entries(places)) {
        it(`is refused at ${place} and not shown, whatever its form, encrypted or not`, () => {
            for (const [what, secret] of Object.entries(sampleSecrets)) {
                for (const encrypted of [[], Object.keys(sections(secret))]) {
                    const message = messageOf(sections(secret), { secret: encrypted });
                    assert.ok(!message.toUpperCase().includes(canary.toUpperCase()), `${what}: ${message}`);
                    if (!/unknown|a tag/.test(place)) {
                        assert.ok(message.includes(`airflow-linkerd:${place} `), `${what}: ${message}`);
                    }
                }
            }
        });
    }

    it("is told by its name where it has no form, with the way out of that place", () => {
        const value = (name: string) => [{ name, value: "hunter2" }];
        refuses(
            [
                "airflow-linkerd:mesh.chartValues.fernetKey holds a secret: whoever may read previews or the release reads the values of a chart, encrypted in the stack's file or not. Put it into a Secret in the cluster, and name that in its place, and consider it known to others.",
                "airflow-linkerd:airflow.chartValues.scheduler.env[0].value holds a secret: whoever may read previews or the release reads the values of a chart, encrypted in the stack's file or not. Put it into a Secret in the cluster, and name that in its place, and consider it known to others.",
                "airflow-linkerd:tags.token holds a secret: whoever may look at the account's resources reads their tags. Remove it, and consider it known to others.",
            ],
            {
                mesh: { chartValues: { fernetKey: "hunter2" } },
                airflow: { ...airflow, chartValues: { scheduler: { env: value("DB_PASSWORD") } } },
                tags: { token: "hunter2" },
            },
        );
    });

    it("in a repository's address is sent to the credentials", () => {
        refuses(
            [
                "airflow-linkerd:airflow.dagBundles[0].credentials.knownHosts holds a private key: a server's public keys belong there, as ssh-keyscan gives them. The private key goes into privateKey beside it, and consider it known to others.",
            ],
            {
                airflow: {
                    ...airflow,
                    dagBundles: [
                        {
                            ...bundle,
                            repository: "git@git.example.com:a.git",
                            credentials: {
                                kind: "ssh-key",
                                privateKey: "x",
                                knownHosts: sampleSecrets["a private key"],
                            },
                        },
                    ],
                },
            },
            { secret: ["airflow"] },
        );
    });

    it("among encrypted ones is refused where the stack's file shows that it is not", () => {
        const login = { clientSecret: "hunter2", issuer: "https://login.example.com" };
        const refusedBy = (written: unknown) => {
            try {
                checkedConfig({
                    stack: "dev",
                    values: Object.fromEntries(
                        Object.entries({ cluster, airflow, login }).map(([key, value]) => [key, JSON.stringify(value)]),
                    ),
                    secretKeys: new Set(["login"]),
                    written: { login: written },
                });
            } catch (error) {
                return (error as Error).message;
            }
            return "";
        };
        const plain = /login\.clientSecret is \[secret\]: it is a secret and stands there in plain text\./;
        assert.match(refusedBy(login), plain);
        assert.doesNotMatch(refusedBy({ clientSecret: { secure: "v1:x" } }), plain);
        assert.doesNotMatch(refusedBy(undefined), plain);
    });

    it("of Pulumi's providers is refused in plain text, by its whole key", () => {
        assert.throws(
            () =>
                checkedConfig({
                    stack: "dev",
                    values: { cluster: JSON.stringify(cluster), airflow: JSON.stringify(airflow) },
                    secretKeys: new Set(),
                    providers: {
                        "aws:secretKey": canary,
                        "aws:region": "eu-central-1",
                        "kubernetes:kubeconfig": sampleSecrets["a kubeconfig with a token"] ?? "",
                    },
                }),
            ({ message }: Error) => {
                assert.match(message, /has 2 problems/);
                assert.match(message, /aws:secretKey holds a secret in plain text/);
                assert.match(message, /kubernetes:kubeconfig holds a kubeconfig in plain text/);
                assert.ok(!message.includes(canary));
                return true;
            },
        );
    });

    it("in the file of a certificate is refused, since all of that goes into a ConfigMap", () => {
        project.write("database.pem", certificate + (sampleSecrets["a private key"] ?? ""));
        refuses(
            [
                "airflow-linkerd:airflow.database.password is [secret]: it is a secret and stands there in plain text. Encrypt it with \"pulumi config set --secret --path 'airflow-linkerd:airflow.database.password'\", and consider it known to others.",
                'airflow-linkerd:airflow.database.authorityFile is "database.pem": the file holds a private key, and all of it goes into a ConfigMap. Leave only the authority\'s certificate in it, and consider the other known to others if it was deployed.',
            ],
            {
                airflow: {
                    database: {
                        kind: "external",
                        host: "db.example.com",
                        password: "x",
                        authorityFile: "database.pem",
                    },
                },
            },
        );
    });
});
