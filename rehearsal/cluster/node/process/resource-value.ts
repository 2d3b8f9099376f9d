import { availableParallelism, totalmem } from "node:os";

import { type V1Container, type V1ResourceFieldSelector } from "@kubernetes/client-node";

const SUFFIXES: Record<string, number> = {
    m: 1e-3,
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
};

/** A request or limit of the container as `resourceFieldRef` names it, in units of its divisor and rounded up. */
export function resourceValue(reference: V1ResourceFieldSelector, container: V1Container): string {
    const [kind, resource] = reference.resource.split(".", 2);
    const amounts = kind === "limits" ? container.resources?.limits : container.resources?.requests;
    const given = amounts?.[resource ?? ""];
    const amount = given === undefined ? unlimited(kind, resource) : quantity(given);
    const divisor = reference.divisor === undefined || reference.divisor === "0" ? 1 : quantity(reference.divisor);
    // Floating point would make 0.3 / 0.1 a little more than 3.
    return String(Math.ceil(Number((amount / divisor).toPrecision(12))));
}

/** A container without a limit may use all that the machine has. */
function unlimited(kind: string | undefined, resource: string | undefined): number {
    if (kind !== "limits") {
        return 0;
    }
    return resource === "cpu" ? availableParallelism() : resource === "memory" ? totalmem() : 0;
}

function quantity(text: string): number {
    const [, number, suffix] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? [];
    const factor = SUFFIXES[suffix ?? "?"];
    if (number === undefined || factor === undefined) {
        throw new Error(
            `the quantity "${text}" is not a number with one of the suffixes ${Object.keys(SUFFIXES).join(" ")}`,
        );
    }
    return Number(number) * factor;
}
