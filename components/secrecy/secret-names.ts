/**
 * Whether a key, a setting or a variable of this name holds a secret: `fernetKey`, `smtp_password`, `DB_PASSWORD`. What
 * says where one is does not: `secretName`, `passwordSecret`, `AIRFLOW__CORE__FERNET_KEY_CMD`.
 */
export function isSecretName(name: string): boolean {
    return secretNames.test(words(name));
}

const secretNames = new RegExp(
    "^secret$|(^|_)(" +
        [
            "pass|passwd|password|passphrase|pwd",
            "(client|app|consumer|shared|jwt|cookie|session|webhook|api|oauth|hmac|signing)_secret",
            "token",
            "(private|secret|fernet|api|access|account|encryption|signing|license|ssh|shared)_key",
            "apikey|accesskey|secretkey|privatekey",
            "dsn|connection_string",
            "keyfile_dict|dockerconfigjson|htpasswd",
        ].join("|") +
        ")$",
);

/** The words of a name however they are joined. */
function words(name: string): string {
    return name
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
        .replace(/[^A-Za-z0-9]+/g, "_")
        .toLowerCase();
}
