import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

import { access, type Access } from "../../../operations/access/access.ts";
import { accessPage } from "../../../operations/access/access-page.ts";
import { accessText } from "../../../operations/access/access-text.ts";
import { parseAccessOptions } from "../../../operations/access/options.ts";
import { stackConfig } from "../../../operations/stack/stack-config.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { ExampleTeamsFile, exampleTeams } from "../example-teams.ts";

const main = join(checkout, "operations/access/main.ts");

describe("npm run access", function () {
    this.timeout("1m");

    let at: ExampleTeamsFile;
    let found: Access;
    before(() => {
        at = new ExampleTeamsFile();
        found = access("prod", stackConfig("prod", at.file));
    });
    after(() => {
        at.remove();
    });

    it("says what is relaxed, with the reason", () => {
        assert.deepEqual(found.relaxed, [
            "the cluster's API server is reached from outside its network, by 203.0.113.0/24",
            "team analytics may have wildcards in its IAM policies: the catalog has no ARNs of its own",
            "team analytics makes pods of its own in its namespace",
            'team analytics reaches every host of example.com: Asked for by team analytics: the <warehouse> & its "lake"',
        ]);
        const until = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "Z");
        const opened = new ExampleTeamsFile((sections) => {
            Object.assign(sections["airflow-linkerd:login"] ?? {}, { breakGlass: { until, reason: "ticket 4711" } });
        });
        try {
            assert.ok(
                access("prod", stackConfig("prod", opened.file)).relaxed.includes(
                    `break-glass is open until ${until}: whoever may make tokens of the account airflow-break-glass ` +
                        "administers Airflow. Reason: ticket 4711",
                ),
            );
            const { status, stderr } = spawnSync(
                process.execPath,
                [
                    ...[join(checkout, "operations/doctor/main.ts"), "--audit", "--stack", "prod"],
                    ...["--config-file", opened.file, "--scrape", join(checkout, "test/operations/doctor/recording")],
                ],
                { cwd: checkout, encoding: "utf8" },
            );
            assert.equal(status, 0, stderr);
            assert.match(stderr, /^warning: break-glass is open until /m);
        } finally {
            opened.remove();
        }
        const audited = new ExampleTeamsFile((sections) => {
            Object.assign(sections["airflow-linkerd:mesh"] as object, { policy: "audit" });
        });
        try {
            const [first] = access("prod", stackConfig("prod", audited.file)).relaxed;
            assert.equal(first, "mesh.policy is audit: calls without a row are counted and let through");
        } finally {
            audited.remove();
        }
    });

    it("names who may do what in the cluster itself", () => {
        assert.deepEqual(
            found.principals.map(({ arn, may }) => [arn.split("/")[1], may]),
            [
                ["airflow-linkerd-deploy-prod", "everything in the cluster, Secrets included"],
                ["platform-admins", "everything in the cluster, Secrets included"],
                ["data-engineers", "look at everything in the cluster but Secrets"],
            ],
        );
    });

    it("gives the same for the same config, whatever order its teams and groups have", () => {
        const turned = new ExampleTeamsFile((sections) => {
            sections["airflow-linkerd:teams"] = [...exampleTeams].reverse() as never;
        });
        try {
            const other = access("prod", stackConfig("prod", turned.file));
            for (const print of [accessText, accessPage, JSON.stringify]) {
                assert.equal(print(other), print(found));
            }
        } finally {
            turned.remove();
        }
    });

    it("prints every group, account, role, call and host as text", () => {
        const text = accessText(found);
        for (const line of [
            /^ {2}analytics-authors +analytics +team:analytics:author +look at them, start, pause/m,
            /^ {2}oidc:analysts +team-analytics +look at pods, their logs and events$/m,
            /^ {2}machine:analytics:nightly +the client analytics-ci +report$/m,
            /^ {2}IAM role +arn:aws:iam::123456789012:role\/airflow-prod-team-analytics-airflow-task, by pod-identity$/m,
            /^ {4}catalog\/catalog +8080 +all +Asked for by team analytics: /m,
            /^ {4}\*\.example\.com +443 +Asked for by team analytics: /m,
        ]) {
            assert.match(text, line);
        }
    });

    it("prints a page that fetches nothing, runs nothing, and takes no text for markup", () => {
        const page = accessPage(found);
        assert.doesNotMatch(page, /<script|<img|<link|\ssrc=|@import|url\(|\son\w+=/i);
        assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
        assert.match(page, /the &lt;warehouse&gt; &amp; its &quot;lake&quot;/);
        assert.doesNotMatch(page, /<warehouse>/);
        assert.match(page, /<th scope="row">machine:analytics:nightly<\/th>/);
    });

    it("prints a page that can be read without seeing it: a language, headings, tables with captions and heads", () => {
        const page = accessPage(found);
        assert.match(page, /^<!doctype html>\n<html lang="en">/);
        const count = (pattern: RegExp) => page.match(pattern)?.length ?? 0;
        assert.equal(count(/<h1>/g), 1);
        assert.ok(count(/<table>/g) > 4);
        assert.equal(count(/<table>\n<caption>/g), count(/<table>/g));
        assert.equal(count(/<thead><tr>(<th scope="col">[^<]+<\/th>)+<\/tr>/g), count(/<table>/g));
        // Each row has a head, and each entry of the contents is there.
        assert.equal(count(/<tr><th scope="row">/g), count(/<tr>/g) - count(/<thead>/g));
        for (const [, id = ""] of page.matchAll(/href="#([^"]+)"/g)) {
            assert.ok(page.includes(`id="${id}"`), id);
        }
    });

    it("prints one JSON document, with no secret of the config", () => {
        const options = [main, "--stack", "prod", "--config-file", at.file, "--json"];
        const text = execFileSync(process.execPath, options, { cwd: checkout, encoding: "utf8" });
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(found)));
        assert.doesNotMatch(text, /AQICAHhExampleOnly|a secret/);
    });

    it("says in one line what is wrong, and ends with an error", () => {
        for (const [args, why] of [
            [["--config-file", "none.yaml"], /^error: stack dev has no file none\.yaml/],
            [["--html", "--json"], /^error: --json and --html are two ways to print: leave one of them out$/m],
            [["--yaml"], /^error: Unknown option '--yaml'/],
        ] as const) {
            const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
                cwd: checkout,
                encoding: "utf8",
            });
            assert.deepEqual([status, stdout], [1, ""]);
            assert.match(stderr, why);
        }
    });

    it("reads the file of the stack unless another is named", () => {
        assert.deepEqual(parseAccessOptions(["--stack", "prod"]), {
            stack: "prod",
            configFile: "Pulumi.prod.yaml",
            format: "text",
        });
        assert.equal(parseAccessOptions(["-h"]), "help");
    });
});
