import { randomBytes, randomInt } from "node:crypto";

import { type PlainMap } from "../engine/values/property.ts";
import { type CheckFailure } from "../engine/plugins/provider.ts";
import { generatedValues, type Generator } from "./generated.ts";

const sets = {
    lower: "abcdefghijklmnopqrstuvwxyz",
    upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    numeric: "0123456789",
    special: "!@#$%&*()-_=+[]{}<>:?",
};

const text: Generator = {
    inputs: [
        "keepers",
        "length",
        ...["lower", "upper", "number", "numeric", "special"],
        ...["minLower", "minUpper", "minNumeric", "minSpecial", "overrideSpecial"],
    ],
    required: ["length"],
    defaults: {
        ...{ lower: true, upper: true, number: true, numeric: true, special: true },
        ...{ minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 },
    },
    problem: ({ length, minLower = 0, minUpper = 0, minNumeric = 0, minSpecial = 0 }): CheckFailure | undefined => {
        const least = [minLower, minUpper, minNumeric, minSpecial].map(Number).reduce((sum, count) => sum + count, 1);
        return Number(length) < Math.max(1, least - 1)
            ? { property: "length", reason: `is ${String(length)}: at least 1 and the sum of the min… inputs` }
            : undefined;
    },
    generate: async (inputs) => ({ id: "none", outputs: { result: characters(inputs) } }),
};

export const randomProvider = generatedValues({
    "random:index/randomString:RandomString": {
        ...text,
        generate: async (inputs) => {
            const result = characters(inputs);
            return { id: result, outputs: { result } };
        },
    },
    "random:index/randomPassword:RandomPassword": { ...text, secrets: ["result"] },
    "random:index/randomBytes:RandomBytes": {
        inputs: ["keepers", "length"],
        required: ["length"],
        secrets: ["base64", "hex"],
        generate: async (inputs) => {
            const made = randomBytes(Number(inputs.length));
            return { id: "none", outputs: { base64: made.toString("base64"), hex: made.toString("hex") } };
        },
    },
});

function characters(inputs: PlainMap): string {
    const special = typeof inputs.overrideSpecial === "string" ? inputs.overrideSpecial : sets.special;
    const on = (name: keyof typeof sets): boolean =>
        inputs[name] === true && !(name === "numeric" && inputs.number === false);
    const classes = (Object.keys(sets) as (keyof typeof sets)[]).filter(on).map((name) => ({
        least: Number(inputs[`min${name[0]?.toUpperCase()}${name.slice(1)}`]),
        set: { ...sets, special }[name],
    }));
    const all = classes.map(({ set }) => set).join("");
    if (all === "") {
        throw new Error("no characters are allowed: leave one of lower, upper, numeric and special on");
    }
    const pick = (set: string): string => set.charAt(randomInt(set.length));
    const made = classes.flatMap(({ least, set }) => Array.from({ length: least }, () => pick(set)));
    while (made.length < Number(inputs.length)) {
        made.push(pick(all));
    }
    for (let last = made.length - 1; last > 0; last--) {
        const other = randomInt(last + 1);
        [made[last], made[other]] = [made[other] ?? "", made[last] ?? ""];
    }
    return made.join("");
}
