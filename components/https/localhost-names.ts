import dns from "node:dns";

/** Names under `localhost` are this machine, whatever the network says: RFC 6761, 6.3. */
const isUnderLocalhost = (name: unknown): boolean => typeof name === "string" && /\.localhost\.?$/i.test(name);

let found = false;

/**
 * Has this process find names such as `airflow.localhost` at 127.0.0.1, as browsers do. Not every system's resolver knows
 * them: some ask the network, which has no answer or a wrong one. Of the ways to connect, Playwright's has no setting for
 * it, so it is set where all of them ask.
 */
export function findLocalhostNames(): void {
    if (found) {
        return;
    }
    found = true;
    dns.lookup = answeringForLocalhost(dns.lookup);
    dns.promises.lookup = answeringForLocalhost(dns.promises.lookup);
}

/** The same lookup, but for such names, for which it is given the address: of an address it makes that address. */
export function answeringForLocalhost<Lookup extends (...args: never[]) => unknown>(lookup: Lookup): Lookup {
    return new Proxy(lookup, {
        apply: (target, self, [name, ...rest]: unknown[]) =>
            Reflect.apply(target, self, [isUnderLocalhost(name) ? "127.0.0.1" : name, ...rest] as never[]),
    });
}
