import assert from "node:assert/strict";

import { checkedConfig } from "../../../examples/bootstrap/config.ts";
import { config } from "./account.ts";

function checked(changes: Readonly<Record<string, unknown>>) {
    const given = Object.entries({ ...config, ...changes }).filter(([, value]) => value !== undefined);
    const texts = given.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
    return checkedConfig("account", Object.fromEntries(texts) as Record<string, string>);
}

function problems(changes: Readonly<Record<string, unknown>>): string[] {
    try {
        checked(changes);
    } catch (error) {
        return (error as Error).message.split("\n").slice(1);
    }
    return [];
}

const environment = { name: "prod", cluster: "airflow-prod" };

describe("the config of examples/bootstrap", () => {
    it("fills in what is left out", () => {
        const { stateVersionDays, tags, environments } = checked({});
        assert.equal(stateVersionDays, 90);
        assert.deepEqual(tags, {});
        assert.deepEqual(environments[1], {
            ...config.environments[1],
            region: "eu-central-1",
            services: [],
            assumableRoleArns: [],
        });
    });

    it("takes an environment's own region", () => {
        const { environments } = checked({ environments: [{ ...environment, region: "eu-west-1" }] });
        assert.equal(environments[0]?.region, "eu-west-1");
    });

    it("keeps the digits of an account that begins with zero", () => {
        assert.equal(checked({ accountId: "012345678901" }).accountId, "012345678901");
    });

    it("takes a name alone with a reason", () => {
        const repository = { name: "acme/airflow", nameOnly: "made in 2025, not opted in" };
        assert.deepEqual(checked({ repository }).repository, repository);
    });

    const refused: [what: string, changes: Record<string, unknown>, ...messages: RegExp[]][] = [
        [
            "an account that is none",
            { accountId: "1234" },
            /accountId is "1234": it must be 12 digits\. Write it in quotes/,
        ],
        ["a region that is none", { region: "Frankfurt" }, /:region is "Frankfurt": it must be a region/],
        [
            "a wildcard for repositories",
            { repository: { ...config.repository, name: "acme/*" } },
            /:repository\.name is "acme\/\*": it must name one repository: a wildcard would let in repositories of others/,
        ],
        [
            "an address for a repository",
            { repository: { ...config.repository, name: "https://github.com/acme/airflow" } },
            /:repository\.name is "https:.*": it must be owner\/repository, without the address before it/,
        ],
        [
            "a subject smuggled into the repository's name",
            { repository: { ...config.repository, name: "acme/airflow:pull_request" } },
            /:repository\.name is .*: it must be owner\/repository/,
        ],
        [
            "a repository without its numbers",
            { repository: { name: "acme/airflow" } },
            /:repository\.ownerId is missing: it must be the number that GitHub gave/,
            /:repository\.id is missing/,
        ],
        [
            "numbers that are none",
            { repository: { ...config.repository, id: 0 } },
            /:repository\.id is 0: it must be the number that GitHub gave/,
        ],
        [
            "a name alone without a reason",
            { repository: { name: "acme/airflow", nameOnly: "yes" } },
            /:repository\.nameOnly is "yes": it must be a reason in words/,
        ],
        [
            "a repository that is no map",
            { repository: "acme/airflow" },
            /:repository is "acme\/airflow": it must be a map/,
        ],
        [
            "services that no workload may use",
            { environments: [{ ...environment, services: ["dynamodb", "iam", "sts", "s3:*"] }] },
            /:environments\[0\]\.services\[1\] is "iam": no workload may use it\. Take it out/,
            /:environments\[0\]\.services\[2\] is "sts": no workload may use it/,
            /:environments\[0\]\.services\[3\] is "s3:\*": it must be the prefix of one service's actions/,
        ],
        [
            "roles that are named by a pattern",
            { environments: [{ ...environment, assumableRoleArns: ["arn:aws:iam::210987654321:role/*"] }] },
            /:environments\[0\]\.assumableRoleArns\[0\] is "arn:.*\*": it must be the ARN of one role, without a wildcard/,
        ],
        ["no environment", { environments: [] }, /:environments is a list: it must have an environment/],
        [
            "a wildcard for environments",
            { environments: [{ ...environment, name: "*" }] },
            /:environments\[0\]\.name is "\*": it must be one name of at most 32 lower-case letters/,
        ],
        [
            "a second environment of one name",
            { environments: [environment, { name: "prod", cluster: "other" }] },
            /:environments\[1\]\.name is "prod": environments\[0\] has it already/,
        ],
        [
            "two environments with one cluster",
            { environments: [environment, { name: "staging", cluster: "airflow-prod" }] },
            /:environments\[1\]\.cluster is "airflow-prod": environments\[0\] may change everything/,
        ],
        [
            "a cluster whose name begins another's, in either order",
            { environments: [environment, { name: "staging", cluster: "airflow" }] },
            /:environments\[0\]\.cluster is "airflow-prod": environments\[1\] may change everything whose name begins/,
        ],
        [
            "a cluster named as this program's own roles",
            { environments: [{ name: "prod", cluster: "airflow-linkerd-prod" }] },
            /:environments\[0\]\.cluster is .*: what begins with "airflow-linkerd-" is this program's own/,
        ],
        [
            "previews without a reason",
            { environments: [{ ...environment, previewByPullRequests: true }] },
            /:environments\[0\]\.previewByPullRequests is true: it must be a reason in words/,
        ],
        [
            "a look by night without a reason",
            { environments: [{ ...environment, readByNight: true }] },
            /:environments\[0\]\.readByNight is true: it must be a reason in words/,
        ],
        [
            "an environment of the name whose jobs look at another by night",
            {
                environments: [
                    { ...environment, readByNight: "only reviewed commits" },
                    { name: "prod-drift", cluster: "other" },
                ],
            },
            /:environments\[1\]\.name is "prod-drift": jobs of the environment of that name look at environments\[0\] by night/,
        ],
        ["a key that does not exist", { regions: "x" }, /:regions is no key that exists/],
        [
            "a key of an environment that does not exist",
            { environments: [{ ...environment, branch: "main" }] },
            /:environments\[0\]\.branch is no key that exists/,
        ],
        ["no memory of the state", { stateVersionDays: 0 }, /:stateVersionDays is 0: it must be at least 1/],
        ["all at once", { accountId: "1", region: "x" }, /:accountId is "1"/, /:region is "x"/],
    ];
    it("says one thing of one mistake", () => {
        assert.equal(problems({ repository: { ...config.repository, name: "acme/*" } }).length, 1);
    });

    for (const [what, changes, ...messages] of refused) {
        it(`refuses ${what}`, () => {
            const found = problems(changes);
            for (const message of messages) {
                assert.ok(
                    found.some((line) => message.test(line)),
                    `no ${String(message)} in:\n${found.join("\n")}`,
                );
            }
        });
    }
});
