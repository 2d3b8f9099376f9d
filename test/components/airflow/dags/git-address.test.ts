import assert from "node:assert/strict";

import { parseGitAddress } from "../../../../components/airflow/dags/git-address.ts";
import { gitRefProblem } from "../../../../components/airflow/dags/git-ref.ts";

/** As the servers' own pages show them, with user, host and port. */
const addresses: readonly (readonly [string, string | undefined, string, number])[] = [
    ["https://github.com/example/dags.git", undefined, "github.com", 443],
    ["https://github.com/example/dags", undefined, "github.com", 443],
    ["git@github.com:example/dags.git", undefined, "github.com", 22],
    ["ssh://git@github.com/example/dags.git", undefined, "github.com", 22],
    ["ssh://git@ssh.github.com:443/example/dags.git", undefined, "ssh.github.com", 443],
    ["https://git.example.com:8443/scm/~ann/dags.git", undefined, "git.example.com", 8443],
    ["https://ann@bitbucket.org/example/dags.git", "ann", "bitbucket.org", 443],
    ["https://ann%40example.com@git.example.com/dags.git", "ann@example.com", "git.example.com", 443],
    ["https://example@dev.azure.com/example/My%20Project/_git/dags", "example", "dev.azure.com", 443],
    ["git@ssh.dev.azure.com:v3/example/My%20Project/dags", undefined, "ssh.dev.azure.com", 22],
    ["https://example.visualstudio.com/DefaultCollection/_git/dags", undefined, "example.visualstudio.com", 443],
    [
        "https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/dags",
        undefined,
        "git-codecommit.eu-central-1.amazonaws.com",
        443,
    ],
    [
        "ssh://APKAEIBAERJR2EXAMPLE@git-codecommit.eu-central-1.amazonaws.com/v1/repos/dags",
        undefined,
        "git-codecommit.eu-central-1.amazonaws.com",
        22,
    ],
    ["https://Git.Example.com/a+b/c@d,e=f.git", undefined, "git.example.com", 443],
];

/** What people write, and the reason that they are told. */
const refused: readonly (readonly [string, RegExp])[] = [
    ["codecommit::eu-central-1://dags", /needs git-remote-codecommit/],
    ["codecommit://dags", /needs git-remote-codecommit/],
    ["http://git.example.com/a.git", /not protected/],
    ["git://git.example.com/a.git", /not protected/],
    ["git+ssh://git@git.example.com/a.git", /is an old one/],
    ["file:///srv/dags", /it is a folder/],
    ["/srv/dags", /it is a folder/],
    ["../dags", /it is a folder/],
    ["~/dags", /it is a folder/],
    ["https://git.example.com/{{ .Values.data }}.git", /meaning to Helm/],
    ["https://git.example.com/my dags.git", /Write that as %20/],
    ["https://git.example.com/a%0Ab", /control character/],
    ["https://git.example.com/100%.git", /Write the sign itself as %25/],
    ["https://git.example.com/$(HOME)", /for something else/],
    ["https://me:hunter2@git.example.com/a.git", /has a password in it/],
    ["ssh://git:hunter2@git.example.com/a.git", /has a password in it/],
    [`https://${"a1".repeat(30)}@git.example.com/a.git`, /is no user's name.*a token/],
    ["https://git.example.com", /ends with the host/],
    ["https://git.example.com/", /ends with the host/],
    ["https://github.com/example/dags?ref=main", /no query and no fragment/],
    ["https://github.com/example/dags#main", /no query and no fragment/],
    ["https://github.com/example/dags/tree/main/dags", /a page about a branch/],
    ["https://gitlab.com/example/dags/-/blob/main/a.py", /a page about a branch/],
    ["https://10.0.0.5/a.git", /an IP address/],
    ["https://[::1]/a.git", /an IP address/],
    ["https://git_server.example.com/a.git", /must be a DNS name/],
    ["https://git.example.com:99999/a.git", /from 1 to 65535/],
    ["https://git.example.com/a/../b.git", /has \.\. in it/],
    ["ssh://git.example.com/a.git", /names nobody who logs in/],
    ["git.example.com:a.git", /https:\/\/…, ssh:\/\/… or git@host:path/],
    ["example/dags", /https:\/\/…, ssh:\/\/… or git@host:path/],
    ["git@git.example.com:2222/a.git", /looks like a port/],
    ["ftp://git.example.com/a.git", /not protected/],
    ["s3://bucket/a.git", /must begin with https/],
];

describe("a repository's address", () => {
    for (const [text, user, host, port] of addresses) {
        it(`may be ${text}`, () => {
            const address = parseGitAddress(text);
            assert.ok(typeof address !== "string", String(address));
            assert.deepEqual([address.user, address.host, address.port], [user, host, port]);
            // Whoever logs in over https stands in the credentials, and nowhere else.
            assert.equal(address.address, text.replace(/^(https:\/\/)[^/@]*@/, "$1"));
        });
    }

    for (const [text, reason] of refused) {
        it(`may not be ${text}, and is told why without being quoted`, () => {
            const problem = parseGitAddress(text);
            assert.ok(typeof problem === "string", JSON.stringify(problem));
            assert.match(problem, reason);
            assert.ok(!problem.includes("hunter2"));
        });
    }
});

describe("a ref", () => {
    for (const ref of [
        "main",
        "feature/#12",
        "user@host",
        "v1+build",
        "v1@2+3#4",
        "release=2,a",
        "100%",
        "3f2a9c1",
        "ä",
    ]) {
        it(`may be ${ref}`, () => {
            assert.equal(gitRefProblem(ref), undefined);
        });
    }

    for (const [ref, reason] of [
        ["--upload-pack=x", /an option/],
        ["a b", /no such names/],
        ["a..b", /no such names/],
        ["a//b", /no such names/],
        ["/a", /no such names/],
        [".a", /no such names/],
        ["a/.b", /no such names/],
        ["a.lock", /no such names/],
        ["a.", /no such names/],
        ["@", /no such names/],
        ["HEAD~1", /no such names/],
        ["main^", /no such names/],
        ["a:b", /no such names/],
        ["a\\b", /no such names/],
        ["a@{1}", /meaning to Helm/],
        ["{{ x }}", /meaning to Helm/],
        ["$(HOME)", /for something else/],
        ["a'b", /for something else/],
    ] as const) {
        it(`may not be ${ref}`, () => {
            assert.match(gitRefProblem(ref) ?? "", reason);
        });
    }
});
