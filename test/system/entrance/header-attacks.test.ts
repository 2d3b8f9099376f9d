import assert from "node:assert/strict";

import { type clientRules, untrustedHeaders } from "../../../components/entrance/client-rules.ts";
import { type Attack } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { type Asked } from "./backend.ts";
import { rules } from "./door-objects.ts";
import { eventually } from "../bare-cluster.ts";
import { sharedEntrance } from "./shared-entrance.ts";
import { type Visitor } from "./visitor.ts";

const forged = "forged.example.com";

/** What Envoy takes from strangers whatever it is told. */
const takenAnyhow = "x-envoy-original-path";

/** What the server is told that a client wrote itself: it believes the entrance, and the entrance believes nobody. */
const attacks: readonly Attack<Visitor>[] = untrustedHeaders
    .filter((header) => header !== takenAnyhow)
    .map((header) => ({
        name: `the header ${header} of its own`,
        async attempt(visitor) {
            const { status, body } = await visitor.ask({ headers: { [header]: forged } });
            if (status !== 200) {
                return `the answer is ${String(status)}`;
            }
            const { headers } = JSON.parse(body) as Asked;
            return headers[header]?.includes(forged) ? undefined : "the server is not told it";
        },
        says: /the server is not told it/,
    }));

/** With a header whose name some servers read as another's. */
const underscored: Attack<Visitor> = {
    name: "a header with an underscore, which some servers read as a hyphen",
    async attempt(visitor) {
        const { status } = await visitor.ask({ headers: { x_forwarded_user: forged } });
        return status === 200 ? undefined : `the answer is ${String(status)}`;
    },
    says: /the answer is 400/,
};

/** The rules as they are, or those of an entrance that believes its clients; once Envoy has them. */
async function under(spec: object): Promise<Visitor> {
    const cluster = await sharedEntrance();
    cluster.kubectl(["replace", "-f", "-"], JSON.stringify({ ...rules, spec }));
    visitor ??= cluster.visitor("forger");
    const asker = await visitor;
    const believes = spec !== rules.spec;
    await eventually(async () => {
        const { status, body } = await asker.ask({ headers: { "x-forwarded-user": forged } });
        const told = status === 200 && (JSON.parse(body) as Asked).headers["x-forwarded-user"] === forged;
        return status === 200 && told === believes ? true : undefined;
    });
    return asker;
}

let visitor: Promise<Visitor> | undefined;
const { headers, ...others } = rules.spec as ReturnType<typeof clientRules>;

describe("the entrance, against what clients make up", function () {
    // The first run on a machine builds Envoy Gateway.
    this.timeout("40m");

    refusesAttacks(
        "a client",
        {
            name: "the entrance",
            guarded: () => under(rules.spec),
            unguarded: () =>
                under({
                    ...others,
                    headers: { ...headers, withUnderscoresAction: "Allow", earlyRequestHeaders: undefined },
                }),
            restore: async () => {
                await under(rules.spec);
            },
        },
        [...attacks, underscored],
    );

    it(`takes ${takenAnyhow} from its clients, too`, async () => {
        const asker = await under(rules.spec);
        const { body } = await asker.ask({ headers: { [takenAnyhow]: forged } });
        assert.equal((JSON.parse(body) as Asked).headers[takenAnyhow], undefined);
    });
});
