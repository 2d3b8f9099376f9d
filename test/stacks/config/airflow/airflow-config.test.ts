import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { DagBundleKind } from "../../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../../../components/airflow/dags/git-credentials.ts";
import { value } from "../../../support/mocks.ts";
import { ProjectFolder } from "../../project.ts";
import { readAirflow, refusesAirflow } from "../../stack-file.ts";

const byToken = {
    kind: "git",
    name: "team-a",
    repository: "https://git.example.com/a.git",
    ref: "main",
    credentials: { kind: "token", token: "hunter2" },
};
const byKey = {
    ...byToken,
    name: "team-b",
    repository: "git@git.example.com:teams/b.git",
    credentials: { kind: "ssh-key", privateKey: "hunter3", knownHosts: "git.example.com ssh-ed25519 A" },
};

describe("the config of Airflow", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("lets a stack change one size and leaves the others", () => {
        const { sizes } = readAirflow({
            sizes: { scheduler: { memory: "4Gi", replicas: 3 }, task: { memoryLimit: "2Gi" } },
        });
        assert.deepEqual(sizes.scheduler, { cpu: "200m", memory: "4Gi", replicas: 3 });
        assert.deepEqual(sizes.task, { cpu: "100m", memory: "256Mi", memoryLimit: "2Gi" });
        assert.deepEqual(sizes.apiServer, { cpu: "200m", memory: "2Gi" });
    });

    it("fills in what a pool and a bundle leave out", () => {
        const local = { kind: "local", name: "dags-folder", path: "/opt/airflow/dags" };
        const { pools, dagBundles } = readAirflow({ pools: [{ name: "warehouse", slots: 3 }], dagBundles: [local] });
        assert.deepEqual(pools, [{ name: "warehouse", slots: 3, description: "", includeDeferred: false }]);
        assert.deepEqual(dagBundles, [{ ...local, refreshSeconds: 300 }]);
    });

    it("keeps the credentials of repositories secret", async () => {
        const { dagBundles } = readAirflow({ dagBundles: [byToken, byKey] }, { secret: ["airflow"] });
        const [first, second] = dagBundles;
        assert.ok(first?.kind === DagBundleKind.git && first.credentials?.kind === GitCredentialsKind.token);
        assert.ok(second?.kind === DagBundleKind.git && second.credentials?.kind === GitCredentialsKind.sshKey);
        assert.equal(first.credentials.user, "x-access-token");
        for (const [secret, plain] of [
            [first.credentials.token, "hunter2"],
            [second.credentials.privateKey, "hunter3"],
        ] as const) {
            const output = pulumi.output(secret);
            assert.ok(await pulumi.isSecret(output));
            assert.equal(await value(output), plain);
        }
    });

    it("takes the user of a repository's address for that of its credentials, and leaves it out of the address", () => {
        const repository = "https://example@dev.azure.com/example/My%20Project/_git/dags";
        const { dagBundles } = readAirflow(
            { dagBundles: [{ ...byToken, repository, submodules: true }] },
            { secret: ["airflow"] },
        );
        const [first] = dagBundles;
        assert.ok(first?.kind === DagBundleKind.git && first.credentials?.kind === GitCredentialsKind.token);
        assert.equal(first.repository, "https://dev.azure.com/example/My%20Project/_git/dags");
        assert.equal(first.credentials.user, "example");
        assert.equal(first.submodules, true);
    });

    describe("refuses", () => {
        it("sizes that Kubernetes would not understand, or that contradict themselves", () => {
            refusesAirflow(
                [
                    'sizes.scheduler.cpu is "a lot": it must be processor time as Kubernetes writes it, such as "200m" or "2". Correct it.',
                    'sizes.scheduler.memory is "2GB": it must be memory as Kubernetes writes it, in Mi or Gi, such as "512Mi". Correct it.',
                    "sizes.triggerer.replicas is 0: it must be a whole number from 1. Write it without quotes or a unit.",
                ],
                { sizes: { scheduler: { cpu: "a lot", memory: "2GB" }, triggerer: { replicas: 0 } } },
            );
            refusesAirflow(
                [
                    'sizes.task.memoryLimit is "1Gi": it must be at least what is asked for, 1500Mi. Raise it, or lower memory.',
                ],
                { sizes: { task: { memory: "1500Mi" } } },
            );
        });

        it("a single one of what must be available, but not where nothing must", () => {
            const sizes = { scheduler: { replicas: 1 } };
            refusesAirflow(
                [
                    "sizes.scheduler.replicas is 1: with highAvailability there must be 2, so that one is there while the other moves. Raise it, leave it out, or set highAvailability to false.",
                ],
                { sizes },
            );
            assert.equal(readAirflow({ sizes, highAvailability: false }).sizes.scheduler.replicas, 1);
        });

        it("fewer connections to the database than its PgBouncers need", () => {
            const concurrency = { databaseConnections: 9 };
            refusesAirflow(
                [
                    "concurrency.databaseConnections is 9: 2 PgBouncers share them, and each needs 5. Make it at least 10.",
                ],
                { concurrency },
            );
            assert.equal(readAirflow({ concurrency, highAvailability: false }).concurrency.databaseConnections, 9);
        });

        it("a number that is none", () => {
            refusesAirflow(
                [
                    'concurrency.parallelism is "64": it must be a whole number from 1. Write it without quotes or a unit.',
                    "pools[0].slots is 1.5: it must be a whole number from -1. Write it without quotes or a unit.",
                    "retention.metadataDays is 0: it must be a whole number of days from 1. Write it without quotes or a unit.",
                ],
                {
                    concurrency: { parallelism: "64" },
                    pools: [{ name: "warehouse", slots: 1.5 }],
                    retention: { metadataDays: 0 },
                },
            );
        });

        it("a key in a list that does not exist, with the one that was meant", () => {
            refusesAirflow(
                [
                    "pools[0].slot is no key that exists; there are name, slots, description, includeDeferred. Did you mean slots? Else remove it.",
                    "dagBundles[0].branch is no key that exists; there are kind, name, repository, ref, path, submodules, lfs, refreshSeconds, credentials. Remove it.",
                ],
                {
                    pools: [{ name: "warehouse", slots: 1, slot: 2 }],
                    dagBundles: [{ ...byToken, credentials: undefined, branch: "main" }],
                },
            );
        });

        it("two pools or two bundles of one name", () => {
            const open = { ...byToken, credentials: undefined };
            refusesAirflow(
                [
                    'pools[2].name is "warehouse": pools[0] has this name already. Rename one of them.',
                    'dagBundles[1].name is "team-a": dagBundles[0] has this name already. Rename one of them.',
                ],
                {
                    pools: ["warehouse", "lake", "warehouse"].map((name) => ({ name, slots: 1 })),
                    dagBundles: [open, open],
                },
            );
        });

        it("a bundle whose name can be none in Kubernetes", () => {
            refusesAirflow(
                [
                    'dagBundles[0].name is "Team_A": it must be a DNS label of at most 50 lower-case letters, digits and "-". Correct it.',
                ],
                { dagBundles: [{ kind: "local", name: "Team_A", path: "/opt/airflow/dags" }] },
            );
        });

        it("a bundle of a kind that there is not, and a list without any", () => {
            refusesAirflow(
                ['dagBundles[0].kind is "s3": it must be git, or local for a folder of the image. Correct it.'],
                {
                    dagBundles: [{ kind: "s3", name: "dags" }],
                },
            );
            refusesAirflow(
                [
                    "dagBundles is an empty list: it must have a bundle, or there is no DAG. Add one, or leave the key out.",
                ],
                { dagBundles: [] },
            );
        });

        it("a repository's address with a password in it, which is not shown", () => {
            refusesAirflow(
                [
                    "dagBundles[0].repository is [secret]: an address stands in Airflow's config and in its logs, and this one has a password in it. Put that into credentials.",
                ],
                {
                    dagBundles: [
                        { ...byToken, credentials: undefined, repository: "https://me:hunter2@git.example.com/a.git" },
                    ],
                },
            );
        });

        it("a repository's address with a user and no credentials, who may be a token and is not shown", () => {
            refusesAirflow(
                [
                    "dagBundles[0].repository names who logs in, and there are no credentials: a public repository needs neither. Take out what stands before the @, or put it into credentials, as {kind: token, user: …, token: {secure: …}}.",
                ],
                {
                    dagBundles: [
                        { ...byToken, credentials: undefined, repository: "https://hunter2@git.example.com/a.git" },
                    ],
                },
            );
        });

        it("a repository by ssh that has no key", () => {
            refusesAirflow(
                [
                    "dagBundles[0].credentials is missing: the repository's address is one of ssh, which lets nobody in without a key. Give one, as {kind: ssh-key, privateKey: {secure: …}, knownHosts: …}, or use the https address.",
                ],
                { dagBundles: [{ ...byKey, credentials: undefined }] },
            );
        });

        it("another user than the repository's address names", () => {
            refusesAirflow(
                [
                    "dagBundles[0].credentials.user is [secret]: the repository's address names another user. Leave one of the two out.",
                ],
                {
                    dagBundles: [
                        {
                            ...byToken,
                            repository: "https://ann@git.example.com/a.git",
                            credentials: { ...byToken.credentials, user: "ben" },
                        },
                    ],
                },
                { secret: ["airflow"] },
            );
        });

        it("files of git-lfs, which would arrive as pointers", () => {
            refusesAirflow(
                [
                    "dagBundles[0].lfs is true: Airflow's image has no git-lfs, so tasks would find pointers in place of the files. Keep large files in a bucket, or bring the DAGs with an image of yours and kind local.",
                ],
                { dagBundles: [{ ...byToken, credentials: undefined, lfs: true }] },
            );
        });

        it("a folder outside the repository", () => {
            for (const path of ["../other", "/etc", "dags/../../x"]) {
                refusesAirflow(
                    [
                        `dagBundles[0].path is "${path}": it must be a folder within the repository, without .. in it. Correct it.`,
                    ],
                    { dagBundles: [{ ...byToken, credentials: undefined, path }] },
                );
            }
            const dotted = { ...byToken, credentials: undefined, path: "dags/v1..2" };
            assert.equal(readAirflow({ dagBundles: [dotted] }).dagBundles.length, 1);
        });

        it("a ref that git would take for an option", () => {
            refusesAirflow(
                [
                    'dagBundles[0].ref is "--upload-pack=x": git would take it for an option. Name a branch, a tag or a commit.',
                ],
                {
                    dagBundles: [{ ...byToken, credentials: undefined, ref: "--upload-pack=x" }],
                },
            );
        });

        it("credentials that do not fit the repository's address", () => {
            refusesAirflow(
                [
                    "dagBundles[0].credentials.kind is [secret]: the repository's address is one of ssh, which takes a key. Set it to ssh-key, or use the https address.",
                    "dagBundles[1].credentials.kind is [secret]: the repository's address is https://…, which takes a token. Set it to token, or use the ssh address.",
                ],
                {
                    dagBundles: [
                        { ...byToken, repository: byKey.repository },
                        { ...byKey, repository: byToken.repository },
                    ],
                },
                { secret: ["airflow"] },
            );
        });

        it("a token or a key in plain text, and shows neither", () => {
            refusesAirflow(
                [
                    "dagBundles[0].credentials.token is [secret]: it is a secret and stands there in plain text. Encrypt it with \"pulumi config set --secret --path 'airflow-linkerd:airflow.dagBundles[0].credentials.token'\", and consider it known to others.",
                    "dagBundles[1].credentials.privateKey is [secret]: it is a secret and stands there in plain text. Encrypt it with \"pulumi config set --secret --path 'airflow-linkerd:airflow.dagBundles[1].credentials.privateKey'\", and consider it known to others.",
                ],
                { dagBundles: [byToken, byKey] },
            );
        });

        it("a schedule that is none", () => {
            refusesAirflow(
                [
                    'retention.podsSchedule is "hourly": it must be a cron expression of five fields, in UTC, such as "30 2 * * *". Correct it.',
                ],
                { retention: { podsSchedule: "hourly" } },
            );
        });

        it("keys that nobody could read, and a generation twice", () => {
            refusesAirflow(
                [
                    "keys.fernet.generations[1] is 2: each generation may be listed once. Remove this one.",
                    "keys.fernet.encrypts is 1: it must be one of keys.fernet.generations (2, 2), or nobody could read what it encrypts. Add it there, or choose one of them.",
                ],
                { keys: { fernet: { generations: [2, 2] } } },
            );
            refusesAirflow(
                [
                    "keys.fernet.generations is an empty list: it must have a generation, or nothing can be encrypted. Write it as [1].",
                ],
                { keys: { fernet: { generations: [] } } },
            );
        });

        it("a value that Airflow's chart does not have, with the one that was meant at its depth", () => {
            refusesAirflow(
                [
                    "chartValues.shceduler is no value of Airflow's chart. Did you mean scheduler? Else remove it.",
                    "chartValues.triggerer.replica is no value of Airflow's chart. Did you mean replicas? Else remove it.",
                    "chartValues.colour is no value of Airflow's chart. Remove it.",
                ],
                { chartValues: { shceduler: { replicas: 2 }, triggerer: { replica: 2 }, colour: "blue" } },
            );
        });

        it("a value that the chart would take and nothing would come of, with the key that does it", () => {
            refusesAirflow(
                [
                    'chartValues.defaultAirflowRepository is "example.com/airflow": one image is run by components, tasks and Jobs alike. Set airflow.image instead.',
                    "chartValues.dags is a map: tasks fetch DAGs by themselves. Set airflow.dagBundles instead.",
                ],
                {
                    chartValues: {
                        defaultAirflowRepository: "example.com/airflow",
                        dags: { gitSync: { enabled: true } },
                    },
                },
            );
        });

        it("a secret among the chart's values, which is not shown", () => {
            refusesAirflow(
                [
                    "chartValues.fernetKey is a secret in plain text: a key among chart values is known to all who may read the release. Leave it out: the stack makes it.",
                    "chartValues.config.sentry.sentry_dsn holds a secret: whoever may read the namespace's ConfigMaps would read it. Set airflow.secretConfig.sentry.sentry_dsn instead, encrypted, which arrives by a Secret.",
                ],
                { chartValues: { fernetKey: "hunter4", config: { sentry: { sentry_dsn: "hunter5" } } } },
            );
        });
    });
});
