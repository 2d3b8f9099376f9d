import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { LoginProvider, presets } from "../../components/identity/login-providers.ts";
import { checkout } from "../../rehearsal/place.ts";

describe("docs/login.md", () => {
    let guide: string;
    before(async () => {
        guide = await readFile(join(checkout, "docs", "login.md"), "utf8");
    });

    for (const provider of Object.values(LoginProvider)) {
        it(`says of ${provider} what is asked for, who is called, and where to come back to`, () => {
            const { scopes, announcedScopes, groupsClaim, hosts } = presets[provider];
            const row = guide.split("\n").find((line) => line.startsWith(`| \`${provider}\` `)) ?? "";
            for (const said of [scopes.join(" "), ...announcedScopes, groupsClaim, ...hosts]) {
                assert.ok(row.includes(`\`${said}\``), `${said} in ${row}`);
            }
            assert.ok(guide.includes(`https://<hostname>/auth/oauth-authorized/${provider}\``));
        });
    }

    it("quotes what the program says", async () => {
        const folder = join(checkout, "components", "identity", "airflow_login");
        const files = ["refusal.py", "groups.py", "tokens.py", "signing_keys.py", "provider.py", "security_manager.py"];
        const program = (await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")))).join("\n");
        for (const quoted of [
            "left out because the person is in too many groups",
            "it is one text: if it holds several",
            "the address that the role hangs on is not verified",
            "the provider does not take the code",
            "the answer belongs to no login that this browser has begun",
            "the ID token has no valid signature",
            "a new person has the e-mail address of an account that is there",
        ]) {
            assert.ok(guide.includes(quoted), `the guide: ${quoted}`);
            assert.ok(program.includes(quoted), `the program: ${quoted}`);
        }
    });
});
