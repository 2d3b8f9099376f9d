import assert from "node:assert/strict";

import {
    environmentSubject,
    pullRequestSubject,
    type Repository,
    trustOneSubject,
} from "../../../examples/bootstrap/github/github-trust.ts";
import { accountId, repository } from "./account.ts";
import { answerToToken, type Token } from "./simulator.ts";

const provider = `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`;
const numbered = "repo:acme@1001/airflow@2002";

describe("the subject of GitHub's tokens", () => {
    it("has the numbers of owner and repository, which a name that changes hands does not take along", () => {
        assert.equal(pullRequestSubject(repository), `${numbered}:pull_request`);
        assert.equal(environmentSubject(repository, "prod"), `${numbered}:environment:prod`);
    });

    it("has only names where somebody said why", () => {
        const older: Repository = { name: "acme/airflow", nameOnly: "made in 2025, not opted in yet" };
        assert.equal(pullRequestSubject(older), "repo:acme/airflow:pull_request");
        assert.equal(environmentSubject(older, "prod"), "repo:acme/airflow:environment:prod");
    });
});

describe("the trust in GitHub", () => {
    const trusted = { provider, aud: "sts.amazonaws.com" };
    const roles = {
        preview: { subject: pullRequestSubject(repository) },
        "deploy prod": { subject: environmentSubject(repository, "prod") },
        "deploy staging": { subject: environmentSubject(repository, "staging") },
    };

    for (const [role, { subject }] of Object.entries(roles)) {
        const trust = trustOneSubject(provider, subject);

        it(`${role}: lets in its own subject`, async () => {
            assert.equal(await answerToToken(trust, { ...trusted, sub: subject }), "Allowed");
        });

        const event = subject.slice(numbered.length);
        const forged: [attack: string, token: Token][] = [
            ["a repository of another owner", { ...trusted, sub: `repo:mallory@6666/airflow@2002${event}` }],
            ["a fork, which has a number of its own", { ...trusted, sub: `repo:mallory@6666/airflow@7777${event}` }],
            ["another repository of the owner", { ...trusted, sub: `repo:acme@1001/website@3003${event}` }],
            ["who took the name after it was given up", { ...trusted, sub: `repo:acme@6666/airflow@7777${event}` }],
            ["a subject without numbers", { ...trusted, sub: `repo:acme/airflow${event}` }],
            ["a repository whose name goes on", { ...trusted, sub: `repo:acme@1001/airflow@20022${event}` }],
            ["a push to a branch", { ...trusted, sub: `${numbered}:ref:refs/heads/main` }],
            ["a branch that is named like the subject", { ...trusted, sub: `${numbered}:ref:refs/heads/x${event}` }],
            ["a tag", { ...trusted, sub: `${numbered}:ref:refs/tags/v1` }],
            ["another environment", { ...trusted, sub: `${numbered}:environment:other` }],
            ["an environment whose name goes on", { ...trusted, sub: `${subject}-eu` }],
            ["a shorter subject", { ...trusted, sub: subject.slice(0, -1) }],
            ["a wildcard for a subject", { ...trusted, sub: `${numbered}:*` }],
            ["a wildcard for everything", { ...trusted, sub: "*" }],
            ["question marks for letters", { ...trusted, sub: subject.replace(/\w$/, "?") }],
            ["an owner in other letters", { ...trusted, sub: subject.replace("acme", "Acme") }],
            ["an event in other letters", { ...trusted, sub: subject.toUpperCase() }],
            ["a space at the end", { ...trusted, sub: `${subject} ` }],
            ["no subject", trusted],
            ["no audience", { provider, sub: subject }],
            ["another audience", { provider, aud: "https://github.com/acme", sub: subject }],
            ["an audience in other letters", { provider, aud: "STS.amazonaws.com", sub: subject }],
            ["an audience that goes on", { provider, aud: "sts.amazonaws.com.evil.example", sub: subject }],
            ["another provider", { ...trusted, provider: `${provider}.evil.example`, sub: subject }],
            [
                "the provider of another account",
                { ...trusted, provider: provider.replace(accountId, "210987654321"), sub: subject },
            ],
        ];
        for (const [attack, token] of forged) {
            it(`${role}: refuses ${attack}`, async () => {
                assert.notEqual(await answerToToken(trust, token), "Allowed");
            });
        }

        it(`${role}: refuses the subject of each other role`, async () => {
            for (const other of Object.values(roles).filter((each) => each.subject !== subject)) {
                assert.equal(await answerToToken(trust, { ...trusted, sub: other.subject }), "ImplicitlyDenied");
            }
        });
    }
});
