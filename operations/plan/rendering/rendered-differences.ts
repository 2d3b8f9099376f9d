import { loadAll } from "js-yaml";

import { at, canonical, differencesIn, isMap, type Json, type Plan, type Release } from "../changes.ts";
import { brief } from "../rules/running-rules.ts";
import { type Render } from "./rendering.ts";

/** What becomes different in the objects that charts make, as lines for people, by the key of the release. */
export type RenderedDifferences = ReadonlyMap<string, readonly string[]>;

/** Renders what differs and both sides have, where the chart can be had. */
export async function renderedDifferences(
    before: { readonly plan: Plan; readonly render: Render },
    after: { readonly plan: Plan; readonly render: Render },
): Promise<RenderedDifferences> {
    const found = new Map<string, readonly string[]>();
    for (const [key, { release }] of Object.entries(after.plan.resources)) {
        const old = before.plan.resources[key]?.release;
        if (release === undefined || old === undefined || same(old, release)) {
            continue;
        }
        const [was, is] = await Promise.all([before.render(old), after.render(release)]);
        if (was !== undefined && is !== undefined) {
            found.set(key, objectDifferences(objectsIn(was), objectsIn(is)));
        }
    }
    return found;
}

const same = (one: Release, other: Release): boolean => canonical(one as Json) === canonical(other as Json);

/** By kind, namespace and name. A Secret's data is in no plan, and charts may draw it anew at each rendering. */
function objectsIn(manifests: string): Map<string, Json> {
    const objects = (loadAll(manifests) as (Json | undefined)[]).flatMap((each): [string, Json][] => {
        if (!isMap(each)) {
            return [];
        }
        const { data: _data, stringData: _stringData, ...rest } = each;
        const place = ["metadata.namespace", "metadata.name"].map((path) => at(each, path)).filter(Boolean);
        return [[`${String(each.kind)} ${place.join("/")}`, each.kind === "Secret" ? rest : each]];
    });
    return new Map(objects);
}

const checksum = /(^|\.)checksum\/[^.]*$/;

function objectDifferences(was: Map<string, Json>, is: Map<string, Json>): string[] {
    return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((object) => {
        if (!was.has(object) || !is.has(object)) {
            return [`${object} ${is.has(object) ? "comes" : "goes"}`];
        }
        const all = differencesIn(was.get(object), is.get(object));
        const told = all.filter(({ path }) => !checksum.test(path));
        return [
            ...told.map(({ path, was: old, is: now }) => `${object}: ${path}: ${brief(old)} → ${brief(now)}`),
            ...(told.length < all.length ? [`${object}: its pods are made anew, since what they read changes`] : []),
        ];
    });
}
