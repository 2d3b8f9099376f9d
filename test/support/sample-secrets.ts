/** Found nowhere in what is shown. */
export const canary = "CANARY4f7eCANARY";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/**
 * Secrets of every form, made up, with the canary where the secret is. Put together from parts, so that no scanner takes
 * this file for a leak.
 */
export const sampleSecrets: Readonly<Record<string, string>> = {
    "a private key": `-----BEGIN EC ${"PRIVATE"} KEY-----\n${canary}\n-----END EC ${"PRIVATE"} KEY-----\n`,
    "a private key on one line": `-----BEGIN ${"PRIVATE"} KEY-----\\n${canary}\\n-----END ${"PRIVATE"} KEY-----`,
    "a private key that was cut off": `-----BEGIN OPENSSH ${"PRIVATE"} KEY-----\n${canary}`,
    "a private key of PGP": `-----BEGIN PGP ${"PRIVATE"} KEY BLOCK-----\n${canary}\n-----END PGP ${"PRIVATE"} KEY BLOCK-----`,
    "a private key in base64": base64(`-----BEGIN RSA ${"PRIVATE"} KEY-----\n${canary}${canary}\n`),
    "a certificate with its key": `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN ${"PRIVATE"} KEY-----\n${canary}\n-----END ${"PRIVATE"} KEY-----`,
    "a key of PuTTY": `PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n${canary}`,
    "a key of age": `AGE-SECRET-KEY-1${"Q".repeat(30)}${canary.toUpperCase()}`,
    "a kubeconfig with a key": `users:\n- name: me\n  user:\n    client-key-data: ${canary}\n`,
    "a kubeconfig with a token": `apiVersion: v1\nkind: Config\nclusters: []\nusers:\n- user:\n    token: ${canary}\n`,
    "a kubeconfig as JSON": JSON.stringify({ kind: "Config", clusters: [], users: [{ user: { token: canary } }] }),
    "a JSON Web Token": `${"eyJ"}hbGciOiJSUzI1NiJ9.${"eyJ"}zdWIi${canary}.${canary}`,
    "an access key of AWS": `${"AKIA"}${canary.toUpperCase()}`,
    "a file of AWS's credentials": `[default]\naws_secret_access_key = ${canary}${canary}\n`,
    "a token of GitHub": `${"ghp"}_${canary}${canary}`,
    "a new token of GitHub": `${"github"}_pat_${canary}_${canary}`,
    "a token of GitLab": `${"glpat"}-${canary}${canary}`,
    "a token of Slack": `${"xoxb"}-1234567890-${canary}`,
    "a webhook of Slack": `https://hooks.slack.com/services/${"T0000"}/B0000/${canary}`,
    "a key of Google": `${"AIza"}${canary}${canary}abc`,
    "a key of Azure's storage": `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${canary}${canary}==`,
    "a token of Atlassian": `${"ATATT"}3${canary}${canary}`,
    "a token of Vault": `${"hvs"}.${canary}${canary}`,
    "a token of npm": `${"npm"}_${canary}${canary}abcd`,
    "a key of Stripe": `${"sk"}_live_${canary}`,
    "a key of SendGrid": `${"SG"}.${canary}.${canary}`,
    "a credential of a registry": `{"auths":{"ghcr.io":{"auth":"${canary}"}}}`,
    "an address with a password": `postgresql://airflow:${canary}@db.example.com:5432/airflow`,
    "an address with a password alone": `redis://:${canary}@cache.example.com:6379/0`,
    "an address with a password that has a slash": `mysql://me:a/b#${canary}@db.example.com/x`,
    "a connection string": `Server=db.example.com;Database=x;User Id=me;Password=${canary};Encrypt=true`,
    "a connection of libpq": `host=db.example.com user=me password=${canary} sslmode=require`,
    "an address of JDBC": `jdbc:postgresql://db.example.com/x?user=me&password=${canary}`,
    "a signed address": `https://bucket.s3.amazonaws.com/x?X-Amz-Expires=9&X-Amz-Signature=${canary}`,
    "a connection of Airflow as JSON": JSON.stringify({ conn_type: "http", host: "x", password: canary }),
    "a service account of Google": JSON.stringify({
        type: "service_account",
        private_key: `-----BEGIN ${"PRIVATE"} KEY-----\n${canary}\n-----END ${"PRIVATE"} KEY-----\n`,
    }),
};
