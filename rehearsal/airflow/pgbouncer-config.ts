export interface PgBouncerConfig {
    readonly listenPort: number;
    /** Of the one database. */
    readonly host: string;
    readonly port: number;
    readonly authorityFile: string;
}

/** Reads what the stand-in for PgBouncer needs, and refuses a file that asks for less than verified encryption. */
export function readPgBouncerConfig(ini: string): PgBouncerConfig {
    const sections = new Map<string, Map<string, string>>();
    let current = new Map<string, string>();
    for (const line of ini.split("\n").map((text) => text.trim())) {
        const name = /^\[(.*)\]$/.exec(line)?.[1];
        const [key, ...value] = line.split("=");
        if (name !== undefined) {
            current = new Map();
            sections.set(name, current);
        } else if (line !== "" && !/^[;#]/.test(line)) {
            current.set((key ?? "").trim(), value.join("=").trim());
        }
    }
    const setting = (name: string) => required(sections.get("pgbouncer")?.get(name), name);
    const database = required([...(sections.get("databases")?.values() ?? [])][0], "[databases]");
    const part = (name: string) => {
        const [, quoted, bare] = new RegExp(`(?:^|\\s)${name}=(?:'((?:[^']|'')*)'|(\\S+))`).exec(database) ?? [];
        return required(quoted?.replaceAll("''", "'") ?? bare, name);
    };
    if (setting("server_tls_sslmode") !== "verify-full") {
        throw new Error(`server_tls_sslmode is "${setting("server_tls_sslmode")}": it must be verify-full.`);
    }
    return {
        listenPort: Number(setting("listen_port")),
        host: part("host"),
        port: Number(part("port")),
        authorityFile: setting("server_tls_ca_file"),
    };
}

function required(value: string | undefined, name: string): string {
    if (value === undefined) {
        throw new Error(`pgbouncer.ini has no ${name}: it must have one.`);
    }
    return value;
}
