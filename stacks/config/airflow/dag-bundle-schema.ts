import { z } from "zod";

import { DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { parseGitAddress } from "../../../components/airflow/dags/git-address.ts";
import { GitCredentialsKind } from "../../../components/airflow/dags/git-credentials.ts";
import { gitRefProblem } from "../../../components/airflow/dags/git-ref.ts";
import { section, text, wholeNumber, yesOrNo } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** A Secret, an environment variable and a volume are named after it. */
const bundleName = text('"dags"').regex(/^[a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?$/, {
    error: 'it must be a DNS label of at most 50 lower-case letters, digits and "-". Correct it.',
});

const refreshSeconds = wholeNumber(10, " of seconds").default(300);

/** A rule of its own for each thing that people write, because the address alone does not say what is wrong with it. */
const ruled = (example: string, problemOf: (value: string) => string | undefined) =>
    text(example).superRefine((value, context) => {
        const message = problemOf(value);
        if (message !== undefined && value !== "") {
            context.addIssue({ code: "custom", message });
        }
    });

const repository = ruled('"https://git.example.com/dags.git"', (value) => {
    const address = parseGitAddress(value);
    return typeof address === "string" ? address : undefined;
});

const token = section(
    {
        kind: z.literal(GitCredentialsKind.token),
        user: text('"x-access-token"').optional(),
        token: text("a secret"),
    },
    "{kind: token, token: {secure: …}}",
);

const sshKey = section(
    {
        kind: z.literal(GitCredentialsKind.sshKey),
        privateKey: text("a secret"),
        knownHosts: text('"git.example.com ssh-ed25519 AAAA…", as ssh-keyscan gives it'),
    },
    "{kind: ssh-key, privateKey: {secure: …}, knownHosts: …}",
);

/** What a git server asks for, as a repository's `credentials`. */
export const gitCredentials = z.discriminatedUnion("kind", [token, sshKey], {
    error: (issue) =>
        issue.code === "invalid_union"
            ? "it must be token, for https, or ssh-key, for ssh. Correct it."
            : "it must be a map. Write it as {kind: token, token: {secure: …}}.",
});

const gitKind = { kind: z.literal(DagBundleKind.git) };

const git = {
    repository,
    ref: ruled('"main"', gitRefProblem),
    path: text('"dags"')
        .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w./-]+$/, {
            error: "it must be a folder within the repository, without .. in it. Correct it.",
        })
        .optional(),
    submodules: yesOrNo.default(false),
    lfs: z
        .literal(false, {
            error:
                "Airflow's image has no git-lfs, so tasks would find pointers in place of the files. Keep large files in a " +
                "bucket, or bring the DAGs with an image of yours and kind local.",
        })
        .optional(),
    refreshSeconds,
    credentials: gitCredentials.optional(),
};

const localKind = { kind: z.literal(DagBundleKind.local) };

const local = {
    path: text('"/opt/airflow/dags"').regex(/^\/[\w./-]*$/, {
        error: "it must be a folder of Airflow's image, from its root. Correct it.",
    }),
    refreshSeconds,
};

const unionError = (example: string) => (issue: { readonly code?: string }) =>
    issue.code === "invalid_union"
        ? "it must be git, or local for a folder of the image. Correct it."
        : `it must be a map. Write it as ${example}.`;

const gitExample = "{kind: git, name: dags, repository: …, ref: main}";

export const dagBundle = z.discriminatedUnion(
    "kind",
    [
        section({ ...gitKind, name: bundleName, ...git }, gitExample),
        section(
            { ...localKind, name: bundleName, ...local },
            "{kind: local, name: dags-folder, path: /opt/airflow/dags}",
        ),
    ],
    { error: unionError(gitExample) },
);

const gitSourceExample = "{kind: git, repository: …, ref: main}";

/** Where the DAGs of something come from that has a name already: a bundle without one. */
export const dagSource = z.discriminatedUnion(
    "kind",
    [
        section({ ...gitKind, ...git }, gitSourceExample),
        section({ ...localKind, ...local }, "{kind: local, path: /opt/airflow/dags}"),
    ],
    { error: unionError(gitSourceExample) },
);

/** The key `dagBundles`: where DAGs come from. */
export const dagBundles = z
    .array(dagBundle, { error: "it must be a list. Write it as [{kind: git, name: dags, …}]." })
    .min(1, { error: "it must have a bundle, or there is no DAG. Add one, or leave the key out." });
