import { type Reading } from "./cluster-proxies.ts";

/** The last that each pod's proxy gave, and those pods that never gave any. */
export function latestOf(readings: readonly Reading[]): Reading {
    const name = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
    const scrapes = new Map(readings.flatMap(({ scrapes }) => scrapes.map((each) => [name(each.pod), each])));
    const notRead = new Map(readings.flatMap(({ notRead }) => notRead.map((each) => [each.pod, each])));
    return { scrapes: [...scrapes.values()], notRead: [...notRead.values()].filter(({ pod }) => !scrapes.has(pod)) };
}
