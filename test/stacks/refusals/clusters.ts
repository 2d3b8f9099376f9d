import { canary, enough, type RefusedStack } from "./refused-stack.ts";

const server = "https://127.0.0.1:6443";
const kubeconfig = ({ user = {}, cluster = {} }: { user?: object; cluster?: object }) =>
    JSON.stringify({
        "current-context": "here",
        contexts: [{ name: "here", context: { cluster: "nearby", user: "me" } }],
        clusters: [{ name: "nearby", cluster: { server, ...cluster } }],
        users: [{ name: "me", user: { token: canary, ...user } }],
    });

/** A stack on an existing cluster, with what is wrong with its kubeconfig. */
const refused = (
    name: string,
    content: string | undefined,
    says: string,
    { path = "/kubeconfig", key = "cluster.kubeconfig", context = undefined as string | undefined, files = {} } = {},
): RefusedStack => ({
    name,
    files: { ...(content === undefined ? {} : { kubeconfig: content }), ...files },
    sections: (folder) => ({ cluster: { kind: "existing", kubeconfig: `${folder}${path}`, context } }),
    refusals: { [key]: says },
});

const repository = (address: string, more: object = {}) => ({
    kind: "git",
    name: "dags",
    repository: address,
    ref: "main",
    ...more,
});

/** Clusters and repositories as people have them. */
export const clusterRefusals: readonly RefusedStack[] = [
    refused("a kubeconfig that is not there", undefined, "Start the cluster, fetch its kubeconfig, or name another"),
    refused("a folder of kubeconfigs", undefined, "it is a folder", { path: "" }),
    refused("a list of kubeconfigs", kubeconfig({}), "kubectl config view --raw --flatten > merged", {
        path: "/kubeconfig:/other",
    }),
    refused(
        "a kubeconfig of several documents",
        `${kubeconfig({})}\n---\n${kubeconfig({})}`,
        "Put each into a file of its own",
    ),
    refused(
        "a kubeconfig with paths of its own folder",
        kubeconfig({ cluster: { "certificate-authority": "ca.crt" } }),
        "kubectl config view --raw --flatten",
        { files: { "ca.crt": "a certificate" } },
    ),
    refused(
        "a kubeconfig whose command is not here",
        kubeconfig({ user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-login" } } }),
        'it logs in by the command "no-such-login", which is not on the PATH here.',
    ),
    refused("a context that the kubeconfig has not", kubeconfig({}), "here", {
        key: "cluster.context",
        context: "elsewhere",
    }),
    {
        name: "what the cluster is said to have, by keys that are none",
        sections: () => ({
            existing: { certManger: { namespace: "certs" }, gatewayApi: "yes", trustManager: "certs" },
        }),
        refusals: {
            "existing.certManger": "Did you mean certManager?",
            "existing.gatewayApi": "it must be true or false.",
            "existing.trustManager": "it must be a map.",
        },
    },
    {
        name: "repositories as people write them",
        sections: () => ({
            teams: [],
            airflow: {
                ...enough,
                dagBundles: [
                    repository("git@git.example.com:a.git", { name: "no-key" }),
                    repository("https://ada@git.example.com/a.git", { name: "no-password" }),
                    repository("https://git.example.com/a.git", {
                        name: "wrong-kind",
                        credentials: {
                            kind: "ssh-key",
                            privateKey: canary,
                            knownHosts: "git.example.com ssh-ed25519 A",
                        },
                    }),
                ],
            },
        }),
        encrypted: ["airflow"],
        refusals: {
            "airflow.dagBundles[0].credentials": "which lets nobody in without a key.",
            "airflow.dagBundles[1].repository": "names who logs in, and there are no credentials",
            "airflow.dagBundles[2].credentials.kind": "Set it to token, or use the ssh address.",
        },
    },
    {
        name: "repositories, refs and files that Airflow could not fetch",
        sections: () => ({
            teams: [],
            airflow: {
                ...enough,
                dagBundles: [
                    repository("https://git.example.com/my dags.git", { ref: "a..b", lfs: true }),
                    repository(`https://ada:${canary}@git.example.com/a.git`, { name: "password" }),
                ],
            },
        }),
        refusals: {
            "airflow.dagBundles[0].repository": "%20",
            "airflow.dagBundles[0].ref": "..",
            "airflow.dagBundles[0].lfs": "Airflow's image has no git-lfs",
            "airflow.dagBundles[1].repository": "credentials",
        },
    },
];
