import assert from "node:assert/strict";

import { type Attack, type Authority } from "./attack.ts";

/** An attack that is tested, as the catalogue lists it. */
export interface CataloguedAttack {
    readonly by: string;
    readonly name: string;
    readonly authority: string;
}

/** A suite of attacks, with the file that it stands in. */
export interface AttackSuite {
    readonly attacks: readonly CataloguedAttack[];
    readonly suite: Mocha.Suite;
}

/** Every suite of attacks of the files that were loaded. */
export const attackSuites: AttackSuite[] = [];

/**
 * Two tests for each attack: that the authority refuses it, in its own words, and that it succeeds once the authority is
 * gone. Without the second, an attack that fails for another reason would pass for one that is refused.
 *
 * @param by who tries it, such as `a DAG's author`
 */
export function refusesAttacks<World>(
    by: string,
    authority: Authority<World>,
    attacks: readonly Attack<World>[],
): Mocha.Suite {
    const names = attacks.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (attacks.length === 0 || twice !== undefined) {
        throw new Error(
            `attacks by ${by} on ${authority.name}: ${twice === undefined ? "there are none" : `"${twice}" is there twice`}`,
        );
    }
    const suite = describe(`${authority.name}, under attack by ${by}`, () => {
        let guarded: World;
        before(async () => {
            guarded = await authority.guarded();
        });
        for (const { name, attempt, says } of attacks) {
            it(`refuses ${name}`, async () => {
                const refusal = (await attempt(guarded)) ?? "nobody refused it";
                for (const pattern of [says, ...(authority.signature ?? [])]) {
                    assert.match(refusal, pattern);
                }
            });
        }

        describe("once it is gone", () => {
            let unguarded: World;
            before(async () => {
                unguarded = await authority.unguarded();
            });
            after(() => authority.restore?.());
            for (const { name, attempt } of attacks) {
                it(`does not refuse ${name}, and nobody else does`, async () => {
                    assert.equal(await attempt(unguarded), undefined);
                });
            }
        });
    });
    attackSuites.push({ suite, attacks: names.map((name) => ({ by, name, authority: authority.name })) });
    return suite;
}
