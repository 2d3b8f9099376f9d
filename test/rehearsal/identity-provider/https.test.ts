import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Authority } from "../../../rehearsal/cluster/certificates.ts";
import { believe } from "../../../rehearsal/cluster/peoples-authority.ts";
import { hostName } from "../../../rehearsal/identity-provider/host-name.ts";
import {
    type IdentityProvider,
    startIdentityProvider,
} from "../../../rehearsal/identity-provider/identity-provider.ts";

describe("the identity provider of the rehearsal", () => {
    let folder: string;
    let authority: Authority;
    let provider: IdentityProvider;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-provider-"));
        authority = await Authority.open(folder, "ca");
        const { certificateFile, keyFile } = await authority.issue("provider", {
            commonName: hostName,
            hosts: [hostName],
        });
        const [certificate, key] = [readFileSync(certificateFile, "utf8"), readFileSync(keyFile, "utf8")];
        const client = { id: "airflow", secret: "s3cret", redirectUris: ["http://127.0.0.1/"], afterLogoutUris: [] };
        provider = await startIdentityProvider({ port: 0, certificate, key }, client);
    });

    after(async () => {
        await provider.close();
        rmSync(folder, { recursive: true });
    });

    const discovered = async () => {
        const answer = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
        return (await answer.json()) as Record<string, string>;
    };

    it("answers by https, under its name, to whoever believes its authority and to nobody else", async () => {
        assert.match(provider.issuer, /^https:\/\/localhost:\d+$/);
        const refused = await discovered().catch((error: unknown) => (error as Error).cause as { code: string });
        assert.equal(refused.code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
        believe(authority.certificateFile);
        const found = await discovered();
        assert.equal(found.issuer, provider.issuer);
        // What it says of itself is by https too.
        assert.deepEqual(
            Object.entries(found).filter(
                ([name, address]) => /_(endpoint|uri)$/.test(name) && !address.startsWith(provider.issuer),
            ),
            [],
        );
    });
});
