/** Whether traffic with this address is encrypted, or stays on this machine. */
export function isSafeAddress(value: string): boolean {
    if (!URL.canParse(value)) {
        return false;
    }
    const { protocol, hostname, username, password } = new URL(value);
    const here = ["127.0.0.1", "localhost"].includes(hostname);
    return (
        (protocol === "https:" || (protocol === "http:" && here)) && !/[?#]/.test(value) && username + password === ""
    );
}

/** Whether it is safe, and has no path, query or trailing slash: `https://airflow.example.com:8443`. */
export function isSafeOrigin(value: string): boolean {
    return isSafeAddress(value) && new URL(value).origin === value;
}
