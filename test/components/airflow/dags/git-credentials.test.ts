import assert from "node:assert/strict";

import { GitCredentialsKind, gitConnection } from "../../../../components/airflow/dags/git-credentials.ts";

describe("credentials for git", () => {
    it("are a connection of Airflow's git provider with the token as its password", () => {
        const connection = gitConnection("team-a", { kind: GitCredentialsKind.token, user: "reader", token: 'a"b' });
        assert.deepEqual(JSON.parse(connection), { conn_type: "git", login: "reader", password: 'a"b' });
    });

    it("are a connection with the key, which talks to no server whose key it does not know", () => {
        const connection = gitConnection("team-b", {
            kind: GitCredentialsKind.sshKey,
            privateKey: "-----BEGIN\nOPENSSH",
            knownHosts: "git.example.com ssh-ed25519 A",
        });
        assert.deepEqual(JSON.parse(connection), {
            conn_type: "git",
            extra: {
                private_key: "-----BEGIN\nOPENSSH\n",
                strict_host_key_checking: "yes",
                known_hosts_file: "/etc/airflow-dag-bundles/team-b/known_hosts",
            },
        });
    });
});
