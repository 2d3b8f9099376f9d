import { canary, enough, privateKey, type RefusedStack } from "./refused-stack.ts";

const encrypt = (key: string) => `pulumi config set --secret --path 'airflow-linkerd:${key}'`;
const login = {
    issuer: "https://login.example.com",
    clientId: "airflow",
    adminGroups: ["platform"],
    contact: "the platform team",
};

/** Secrets where they are in plain text, or where nothing keeps one. */
export const secretRefusals: readonly RefusedStack[] = [
    {
        name: "secrets in plain text, by their key or by what they look like",
        sections: () => ({
            airflow: {
                ...enough,
                image: { credentials: { user: "puller", password: canary } },
                secretConfig: { sentry: { sentry_dsn: canary } },
                connections: { warehouse: `postgresql://reader:${canary}@warehouse/sales` },
                variables: { greeting: canary },
                config: { core: { default_owner: privateKey } },
                tasks: { env: { NOTE: privateKey } },
                chartValues: { scheduler: { podAnnotations: { note: privateKey } } },
            },
            login: { ...login, clientSecret: canary },
        }),
        refusals: {
            "airflow.image.credentials.password": encrypt("airflow.image.credentials.password"),
            "airflow.secretConfig.sentry.sentry_dsn": encrypt("airflow.secretConfig.sentry.sentry_dsn"),
            "airflow.connections.warehouse": encrypt("airflow.connections.warehouse"),
            "airflow.variables.greeting": encrypt("airflow.variables.greeting"),
            "airflow.config.core.default_owner": "it must be one line.",
            "airflow.tasks.env.NOTE": "name that in envFrom.secrets",
            "airflow.chartValues.scheduler.podAnnotations.note": "Put it into a Secret in the cluster",
            "login.clientSecret": encrypt("login.clientSecret"),
        },
    },
    {
        name: "a kubeconfig in place of its path",
        sections: () => ({ cluster: { kind: "existing", kubeconfig: `users: [{user: {token: ${canary}}}]\n` } }),
        refusals: { "cluster.kubeconfig": "Put it into a file that nobody else may read and name that" },
    },
    {
        name: "credentials in a file of teams",
        files: {
            "teams.yaml": JSON.stringify([
                {
                    name: "analytics",
                    owners: ["#analytics"],
                    dags: {
                        kind: "git",
                        repository: "https://git.example.com/analytics.git",
                        ref: "main",
                        credentials: { kind: "token", token: canary },
                    },
                },
            ]),
        },
        sections: (folder) => ({ teams: [], teamsFile: `${folder}/teams.yaml` }),
        refusals: { "teams[0].dags.credentials.token": encrypt("teamCredentials.analytics.token") },
    },
];
