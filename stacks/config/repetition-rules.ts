import { type KeyPath, pathText, type Problem } from "../../components/problem.ts";

/** Entries of a list whose names another entry has already. */
export function repeatedNames(list: string, entries: readonly { readonly name: string }[]): Problem[] {
    const names = entries.map(({ name }) => name);
    return names.flatMap((name, index) => {
        const first = names.indexOf(name);
        return first === index
            ? []
            : [
                  {
                      path: [index, "name"],
                      value: name,
                      rule: `${list}[${first}] has this name already. Rename one of them.`,
                  },
              ];
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
