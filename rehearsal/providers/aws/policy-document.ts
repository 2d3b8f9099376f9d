import { type Plain, type PlainMap } from "../../engine/property.ts";

/** `aws.iam.getPolicyDocument`, rendered as IAM wants it. */
export function policyDocument(args: PlainMap): string {
    for (const key of ["overrideJson", "overridePolicyDocuments", "sourceJson", "sourcePolicyDocuments"]) {
        if (args[key] !== undefined) {
            throw new Error(
                `aws.iam.getPolicyDocument: ${key} is not supported here: write its statements into statements`,
            );
        }
    }
    const document = {
        Version: args.version ?? "2012-10-17",
        ...(args.policyId === undefined ? {} : { Id: args.policyId }),
        Statement: list(args.statements).map((statement) => render(statement as PlainMap)),
    };
    return JSON.stringify(document, undefined, 2);
}

function render(statement: PlainMap): PlainMap {
    const texts = { Action: "actions", NotAction: "notActions", Resource: "resources", NotResource: "notResources" };
    const principals = { Principal: "principals", NotPrincipal: "notPrincipals" };
    const rendered: PlainMap = { Effect: statement.effect ?? "Allow" };
    if (statement.sid !== undefined) {
        rendered.Sid = statement.sid;
    }
    for (const [name, from] of Object.entries(texts)) {
        if (list(statement[from]).length > 0) {
            rendered[name] = oneOrMany(list(statement[from]));
        }
    }
    for (const [name, from] of Object.entries(principals)) {
        const all = list(statement[from]) as PlainMap[];
        if (all.length > 0) {
            const everyone = all.length === 1 && all[0]?.type === "*" && list(all[0].identifiers)[0] === "*";
            rendered[name] = everyone ? "*" : grouped(all, "type", "identifiers");
        }
    }
    const conditions = list(statement.conditions) as PlainMap[];
    if (conditions.length > 0) {
        const tests = [...new Set(conditions.map(({ test }) => String(test)))];
        rendered.Condition = Object.fromEntries(
            tests.map((test) => [
                test,
                grouped(
                    conditions.filter((one) => one.test === test),
                    "variable",
                    "values",
                ),
            ]),
        );
    }
    return rendered;
}

function grouped(all: readonly PlainMap[], key: string, values: string): PlainMap {
    const keys = [...new Set(all.map((one) => String(one[key])))];
    return Object.fromEntries(
        keys.map((name) => [
            name,
            oneOrMany(all.filter((one) => one[key] === name).flatMap((one) => list(one[values]))),
        ]),
    );
}

const list = (value: Plain | undefined): Plain[] => (Array.isArray(value) ? value : []);
const oneOrMany = (values: Plain[]): Plain => (values.length === 1 && values[0] !== undefined ? values[0] : values);
