import assert from "node:assert/strict";

import fc from "fast-check";

import {
    type Connection,
    type NonEmpty,
    Protocol,
    type Requests,
    type Workload,
} from "../../../../components/connection.ts";
import { type PolicyObject } from "../../../../components/mesh/policy/objects/policy-object.ts";
import { policyObjects } from "../../../../components/mesh/policy/policy-objects.ts";
import { meshDecision, selects } from "../../../support/policy/linkerd-policy.ts";
import { networkDecision } from "../../../support/policy/network-policy.ts";
import { settings, table, workload } from "./rows.ts";

const namespaces = ["shop", "town", "a-namespace-whose-name-is-as-long-as-kubernetes-lets-names-be-63"];
const people = namespaces.flatMap((namespace) =>
    ["one", "two", "someone-whose-name-is-as-long-as-kubernetes-lets-any-names-be"].map((name) =>
        workload(name, namespace),
    ),
);
const paths: Requests["path"][] = [
    { exact: "/" },
    { exact: "/a/b" },
    { below: "/" },
    { below: "/a/" },
    { below: "/a/b/" },
];
const calls = ["/", "/a", "/a/b", "/a/b/c", "/c"].flatMap((path) =>
    ["GET", "POST"].map((method) => ({ method, path })),
);

const id = ({ namespace, name }: Workload) => `${namespace}/${name}`;

const nonEmpty = <T>(of: fc.Arbitrary<T>, maxLength: number) =>
    fc.uniqueArray(of, { minLength: 1, maxLength }) as unknown as fc.Arbitrary<NonEmpty<T>>;

const port = fc.constantFrom(80, 8080, 5432);

const connection = fc.record({
    to: fc.constantFrom(...people),
    number: port,
    from: nonEmpty(fc.constantFrom(...people), 3),
    only: nonEmpty(
        fc.record({
            path: fc.constantFrom(...paths),
            methods: fc.constantFrom(["GET"] as const, ["GET", "POST"] as const, undefined),
        }),
        2,
    ),
});

/** Tables in which a port is either HTTP, with paths of its own in each of its rows, or bytes. */
const rows: fc.Arbitrary<Connection[]> = fc.array(connection, { minLength: 1, maxLength: 12 }).map((given) => {
    const taken = new Set<string>();
    return given.flatMap(({ to, number, from, only }, index) => {
        const free = only.filter(({ path }) => {
            const text = "exact" in path ? path.exact : path.below;
            return !taken.has(`${id(to)} ${text.replace(/\/$/, "")}`);
        });
        free.forEach(({ path }) => {
            taken.add(`${id(to)} ${("exact" in path ? path.exact : path.below).replace(/\/$/, "")}`);
        });
        const [first, ...others] = free.map(({ path, methods }): Requests => ({ path, ...(methods && { methods }) }));
        const requests = first && ([first, ...others] as const);
        if (number === 8080 && requests === undefined) {
            return [];
        }
        return [
            {
                name: `row-${index}`,
                to,
                from,
                port: { number, protocol: number === 5432 ? Protocol.opaque : Protocol.http },
                ...(number === 8080 && requests ? { only: requests } : {}),
                reason: "For this test",
            } satisfies Connection,
        ];
    });
});

function allowed(objects: readonly PolicyObject[]): Set<string> {
    const found = new Set<string>();
    for (const from of people) {
        for (const to of people) {
            for (const number of [80, 8080, 5432]) {
                for (const request of number === 8080 ? calls : [undefined]) {
                    const decision = meshDecision(objects, {
                        identity: { namespace: from.namespace, serviceAccount: from.name },
                        address: "10.0.0.1",
                        pod: { namespace: to.namespace, labels: to.labels, defaultPolicy: "deny" },
                        port: number,
                        ...(request && { request }),
                    });
                    if (decision.allowed) {
                        found.add(`${id(from)} ${id(to)}:${number} ${request?.method} ${request?.path}`);
                    }
                }
            }
        }
    }
    return found;
}

function reachable(objects: readonly PolicyObject[]): Set<string> {
    const end = ({ namespace, labels }: Workload) => ({ address: "10.0.0.1", pod: { namespace, labels } });
    return new Set(
        people.flatMap((from) =>
            people.flatMap((to) =>
                [80, 8080, 5432]
                    .filter((number) => networkDecision(objects, { from: end(from), to: end(to), port: number }))
                    .map((number) => `${id(from)} ${id(to)}:${number}`),
            ),
        ),
    );
}

const made = (connections: readonly Connection[]) => policyObjects(table(connections, { namespaces }), settings);

describe("policies of any table", function () {
    this.timeout("2m");

    it("have no two Servers for one port of one pod, and select somebody", () => {
        fc.assert(
            fc.property(rows, (given) => {
                const servers = made(given)
                    .filter(({ kind }) => kind === "Server")
                    .map(({ metadata, spec }) => ({ ...metadata, ...(spec as { podSelector: object; port: number }) }));
                for (const person of people) {
                    const own = servers.filter(
                        ({ namespace, podSelector }) =>
                            namespace === person.namespace && selects(podSelector, person.labels),
                    );
                    assert.equal(new Set(own.map(({ port }) => port)).size, own.length);
                }
                for (const { namespace, podSelector } of servers) {
                    assert.ok(people.some((each) => each.namespace === namespace && selects(podSelector, each.labels)));
                }
            }),
        );
    });

    it("have names of their own that fit everywhere, and let in no identity but the rows'", () => {
        fc.assert(
            fc.property(rows, (given) => {
                const objects = made(given);
                const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
                assert.equal(new Set(names).size, names.length);
                objects.forEach(({ metadata }) => assert.ok(metadata.name.length <= 63, metadata.name));
                const callers = new Set(
                    given.flatMap(({ from }) => from.map((each) => (each.kind === "workload" ? id(each) : ""))),
                );
                for (const { kind, spec } of objects) {
                    if (kind === "MeshTLSAuthentication") {
                        const { identityRefs } = spec as { identityRefs: { name: string; namespace: string }[] };
                        identityRefs.forEach((ref) => assert.ok(callers.has(`${ref.namespace}/${ref.name}`)));
                        assert.ok(!("identities" in (spec as object)));
                    }
                    if (kind === "AuthorizationPolicy") {
                        const { requiredAuthenticationRefs } = spec as { requiredAuthenticationRefs: unknown[] };
                        assert.equal(requiredAuthenticationRefs.length, 1);
                    }
                }
            }),
        );
    });

    it("lose no way through the network when a row is added, and gain none when one is removed", () => {
        fc.assert(
            fc.property(rows, (given) => {
                const [without, all] = [reachable(made(given.slice(1))), reachable(made(given))];
                assert.deepEqual(
                    [...without].filter((each) => !all.has(each)),
                    [],
                );
            }),
            { numRuns: 30 },
        );
    });

    it("lose no identity's way into a port without paths when a row is added, and gain none when one is removed", () => {
        fc.assert(
            fc.property(rows, (given) => {
                const plain = given.filter(({ only }) => only === undefined);
                const [without, all] = [allowed(made(plain.slice(1))), allowed(made(plain))];
                assert.deepEqual(
                    [...without].filter((each) => !all.has(each)),
                    [],
                );
            }),
            { numRuns: 30 },
        );
    });

    it("let everything through in an audit", () => {
        fc.assert(
            fc.property(
                rows,
                fc.constantFrom(...people),
                fc.constantFrom(...people),
                port,
                (given, from, to, number) => {
                    const objects = policyObjects(table(given, { namespaces }), { ...settings, mode: "audit" });
                    for (const request of number === 8080 ? calls : [undefined]) {
                        const { allowed: passes, because } = meshDecision(objects, {
                            identity: { namespace: from.namespace, serviceAccount: from.name },
                            address: "10.0.0.1",
                            pod: { namespace: to.namespace, labels: to.labels, defaultPolicy: "audit" },
                            port: number,
                            ...(request && { request }),
                        });
                        assert.ok(passes, because);
                    }
                },
            ),
        );
    });

    it("give a path that one row names to that row's callers, and take it from those of a wider one", () => {
        const [one, two] = people as [Workload, Workload];
        const shared = { to: one, port: { number: 8080, protocol: Protocol.http }, reason: "For this test" } as const;
        const wide: Connection = { ...shared, name: "wide", from: [two], only: [{ path: { below: "/" } }] };
        const narrow: Connection = { ...shared, name: "narrow", from: [one], only: [{ path: { below: "/a/" } }] };
        const found = allowed(made([wide, narrow]));
        assert.ok(found.has(`${id(one)} ${id(one)}:8080 GET /a/b`));
        assert.ok(!found.has(`${id(two)} ${id(one)}:8080 GET /a/b`));
        assert.ok(found.has(`${id(two)} ${id(one)}:8080 GET /c`));
        assert.ok(!found.has(`${id(one)} ${id(one)}:8080 GET /c`));
    });
});
