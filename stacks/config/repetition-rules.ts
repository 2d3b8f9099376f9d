import { type KeyPath, pathText, type Problem } from "../../components/problem.ts";

/** Names in a list that another entry has already, each at its key. */
export function repeatedNames(list: string, names: readonly string[], key = "name"): Problem[] {
    return repeated(names, (first) => `${list}[${first}] has this name already. Rename one of them.`).map(
        (problem) => ({ ...problem, path: [...problem.path, key] }),
    );
}

/** Values that are in a list already. The rule is told where. */
export function repeated(values: readonly string[], rule: (first: number) => string): Problem[] {
    const firsts = new Map<string, number>();
    return values.flatMap((value, index) => {
        const first = firsts.get(value);
        if (first === undefined) {
            firsts.set(value, index);
            return [];
        }
        return [{ path: [index], value, rule: rule(first) }];
    });
}

/** Groups of the login's provider, with where they are listed. */
export interface GroupList {
    readonly path: KeyPath;
    readonly groups: readonly string[];
}

/** Groups that an earlier list has already. The rule is told which. */
export function repeatedGroups(lists: readonly GroupList[], rule: (other: string) => string): Problem[] {
    const listOf = new Map<string, string>();
    return lists.flatMap(({ path, groups }) =>
        groups.flatMap((group, index) => {
            const other = listOf.get(group);
            listOf.set(group, pathText(path));
            return other === undefined ? [] : [{ path: [...path, index], value: group, rule: rule(other) }];
        }),
    );
}
