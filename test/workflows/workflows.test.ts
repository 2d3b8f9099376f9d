import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";
import { problems } from "./safety.ts";
import { type Job, uses, workflow, type Workflow, workflowFile, workflowNames } from "./workflow.ts";

const job = (changes: Partial<Job>): Workflow => ({
    on: {},
    permissions: {},
    jobs: { job: { "timeout-minutes": 1, steps: [], ...changes } },
});
const hash = "a".repeat(40);
const checkedOut = { uses: `actions/checkout@${hash}`, with: { "persist-credentials": false } };
const role = { uses: `aws-actions/configure-aws-credentials@${hash}` };

/** Each with one thing that must be refused, by what is said of it. */
const unsafe: Readonly<Record<string, Workflow>> = {
    "a stranger's code": { ...job({}), on: { pull_request_target: null } },
    "say what the token may do": { on: {}, jobs: {} },
    "for each job to say": { ...job({}), permissions: { contents: "write" } },
    "no timeout-minutes": job({ "timeout-minutes": undefined as unknown as number }),
    "beside a token that may write": job({ permissions: { issues: "write" }, steps: [checkedOut] }),
    "may be somebody": job({ permissions: { "id-token": "write" } }),
    "installs packages": job({ permissions: { "id-token": "write" }, steps: [role, { run: "npm ci" }] }),
    "which nobody protects": job({ steps: [{ run: "pulumi up --yes" }] }),
    "takes a secret": job({ steps: [{ run: "x", env: { TOKEN: "${{ secrets.TOKEN }}" } }] }),
    "pinned by no hash": job({ steps: [{ uses: "actions/setup-node@v4" }] }),
    "where text becomes commands": job({ steps: [{ run: "echo ${{ github.event.pull_request.title }}" }] }),
    "text becomes commands": job({ steps: [{ uses: `actions/github-script@${hash}`, with: { script: "${{ x }}" } }] }),
    "stays in the checkout": job({ steps: [{ uses: `actions/checkout@${hash}` }] }),
};

describe("the workflows", () => {
    for (const name of workflowNames) {
        it(`run safely on what strangers write: ${name}`, () => {
            assert.deepEqual(problems(workflow(name)), []);
        });
    }

    for (const [said, each] of Object.entries(unsafe)) {
        it(`would be refused: ${said}`, () => {
            const found = problems(each);
            assert.equal(found.length, 1, found.join("\n"));
            assert.ok(found[0]?.includes(said), found[0]);
        });
    }

    it("can be called from other repositories, except the one that tests this one", () => {
        const callable = workflowNames.filter((name) => Object.hasOwn(workflow(name).on, "workflow_call"));
        assert.deepEqual(callable.sort(), ["deploy", "drift", "preview"]);
    });

    it("take each action in one version, and Pulumi in that of the program", () => {
        const all = workflowNames.flatMap((name) => Object.values(workflow(name).jobs));
        const actions = new Set(all.flatMap(({ steps }) => steps.flatMap(({ uses: action }) => action ?? [])));
        const named = [...actions].map((action) => action.split("@")[0]);
        assert.deepEqual(named, [...new Set(named)]);
        const { dependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
            dependencies: Record<string, string>;
        };
        const versions = all.flatMap((each) =>
            uses(each, "pulumi/actions").map((step) => step.with?.["pulumi-version"]),
        );
        assert.deepEqual([...new Set(versions)], [dependencies["@pulumi/pulumi"]]);
        assert.equal(versions.length, 3);
    });

    it("say beside each hash which version it is", () => {
        for (const name of workflowNames) {
            for (const line of readFileSync(workflowFile(name), "utf8").split("\n")) {
                assert.ok(!line.includes("uses:") || / # v\d+\.\d+\.\d+$/.test(line), `${name}: ${line}`);
            }
        }
    });

    it("check that another program is exactly the commit that was named, wherever one is brought", () => {
        for (const name of workflowNames) {
            for (const [key, each] of Object.entries(workflow(name).jobs)) {
                const others = uses(each, "actions/checkout").filter((step) => step.with?.repository !== undefined);
                const checks = each.steps.filter(({ run }) =>
                    run?.includes('"$(git rev-parse HEAD)" != "$PROGRAM_REF"'),
                );
                assert.equal(checks.length, others.length, `${name}: ${key}`);
            }
        }
    });
});
