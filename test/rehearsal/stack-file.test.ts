import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Containers, rememberContainers } from "../../rehearsal/containers.ts";
import { Cipher, passphrase } from "../../rehearsal/engine/values/cipher.ts";
import { readProject } from "../../rehearsal/engine/program/project.ts";
import { Secret } from "../../rehearsal/engine/values/property.ts";
import { clientSecret } from "../../rehearsal/identity-provider/client-secret.ts";
import { checkout, type Place, place } from "../../rehearsal/place.ts";
import { deploysInto, hasEntrance, stackFile } from "../../rehearsal/stack-file.ts";

const open = `# what people wrote
config:
  airflow-linkerd:cluster: {}
  airflow-linkerd:charts:
    mirror: rehearsal/charts
  airflow-linkerd:airflow:
    highAvailability: false
  airflow-linkerd:login:
    clientId: airflow # theirs
`;

describe("the stack's file that the rehearsal deploys from", () => {
    let at: Place;
    let source: string;

    beforeEach(() => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-stack-file-")));
        mkdirSync(at.cluster);
        writeFileSync(
            join(at.cluster, "ports.json"),
            '{"airflow": 20080, "identityProvider": 20090, "entrance": 20070}',
        );
        mkdirSync(join(at.root, "checkout"));
        source = join(at.root, "checkout", "Pulumi.dev.yaml");
    });

    afterEach(() => {
        rmSync(at.root, { recursive: true });
    });

    async function section(name: string): Promise<{ values: Record<string, unknown>; secret: boolean }> {
        const file = await stackFile(at, source);
        const { config } = await readProject(checkout, "dev", file, () => passphrase(at.state));
        const given = config[`airflow-linkerd:${name}`];
        const text = given instanceof Secret ? given.value : given;
        return { values: JSON.parse(String(text)) as Record<string, unknown>, secret: given instanceof Secret };
    }

    it("has the place's addresses and its client's secret, which is read as a secret", async () => {
        writeFileSync(source, open);
        assert.deepEqual((await section("airflow")).values, {
            highAvailability: false,
            url: "http://127.0.0.1:20080",
        });
        assert.deepEqual(await section("login"), {
            values: {
                clientId: "airflow",
                issuer: "https://localhost:20090",
                authorityFile: join(at.cluster, "certificates", "peoples-ca.crt"),
                clientSecret: (await clientSecret(at)).value,
            },
            secret: true,
        });
    });

    it("has the name by which people come where the stack has an entrance", async () => {
        writeFileSync(source, `${open}  airflow-linkerd:entrance: { kind: gateway }\n`);
        assert.equal((await section("airflow")).values.url, "https://airflow.localhost:20070");
        writeFileSync(source, `${open}  airflow-linkerd:entrance: { kind: none }\n`);
        assert.equal((await section("airflow")).values.url, "http://127.0.0.1:20080");
    });

    it("has no entrance where containers are simulated, and so nobody would open it", async () => {
        const entered = (kubeconfig: string) =>
            `${open}  airflow-linkerd:entrance: { kind: gateway, loadBalancer: { kind: none } }\n`.replace(
                "cluster: {}",
                `cluster: { kubeconfig: ${kubeconfig} }`,
            );
        rememberContainers(at, Containers.simulated);
        writeFileSync(source, entered(at.kubeconfig));
        assert.deepEqual((await section("entrance")).values, { kind: "none" });
        assert.equal((await section("airflow")).values.url, "http://127.0.0.1:20080");
        writeFileSync(source, entered("/elsewhere"));
        assert.equal((await section("entrance")).values.kind, "gateway");
        rememberContainers(at, Containers.processes);
        writeFileSync(source, entered(at.kubeconfig));
        assert.equal((await section("entrance")).values.kind, "gateway");
    });

    it("leaves the stack's own file as it is, and says in the other which to change", async () => {
        writeFileSync(source, open);
        const file = await stackFile(at, source);
        assert.equal(file, join(at.root, "Pulumi.dev.yaml"));
        assert.equal(readFileSync(source, "utf8"), open);
        const text = readFileSync(file, "utf8");
        assert.ok(text.startsWith(`# Written by the rehearsal from ${source}`), text);
        assert.match(text, /# what people wrote/);
        assert.match(text, /# theirs/);
    });

    it("is the same at each run, so that nothing changes", async () => {
        writeFileSync(source, open);
        const first = readFileSync(await stackFile(at, source), "utf8");
        assert.equal(readFileSync(await stackFile(at, source), "utf8"), first);
    });

    it("keeps the address and the provider that a stack names", async () => {
        const login = "issuer: https://login.example.com\n    clientSecret: theirs";
        writeFileSync(
            source,
            open.replace("highAvailability: false", "hostname: airflow.example.com") + `    ${login}\n`,
        );
        assert.equal(await stackFile(at, source), source);
        assert.deepEqual((await section("airflow")).values, { hostname: "airflow.example.com" });
        assert.equal((await section("login")).values.issuer, "https://login.example.com");
    });

    it("gives a provider to no stack without a login", async () => {
        writeFileSync(source, open.slice(0, open.indexOf("  airflow-linkerd:login")));
        const file = await stackFile(at, source);
        assert.doesNotMatch(readFileSync(file, "utf8"), /login|issuer|clientSecret/);
    });

    it("seals with the stack's own salt, so that the secrets that it has are still read", async () => {
        const cipher = await Cipher.create(await passphrase(at.state));
        const password = cipher.encrypt("hunter2");
        writeFileSync(
            source,
            `${open}  airflow-linkerd:trust:\n    password:\n      secure: ${password}\nencryptionsalt: ${cipher.salt}\n`,
        );
        assert.equal((await section("trust")).values.password, "hunter2");
        assert.equal((await section("login")).values.clientSecret, (await clientSecret(at)).value);
    });

    it("says where Gateway API's definitions are when the stack takes charts from their repositories", async () => {
        const theirs = open.replace("  airflow-linkerd:charts:\n    mirror: rehearsal/charts\n", "");
        const definitions = { gatewayApi: "rehearsal/charts/gateway-api-1.5.1-experimental.yaml" };
        writeFileSync(source, theirs);
        assert.deepEqual((await section("charts")).values, definitions);
        rmSync(join(at.cluster, "ports.json"));
        assert.deepEqual((await section("charts")).values, definitions);
    });

    it("says where Envoy Gateway's are when such a stack has an entrance", async () => {
        const theirs = open.replace("  airflow-linkerd:charts:\n    mirror: rehearsal/charts\n", "");
        writeFileSync(source, `${theirs}  airflow-linkerd:entrance:\n    kind: gateway\n`);
        assert.equal(
            (await section("charts")).values.envoyGateway,
            "rehearsal/charts/envoy-gateway-1.9.1-definitions.yaml",
        );
    });

    it("leaves a stack's own place for them, and its secrets without a passphrase", async () => {
        writeFileSync(
            source,
            `secretsprovider: awskms://alias/stacks
config:
  airflow-linkerd:airflow: { hostname: airflow.example.com }
  airflow-linkerd:charts: { gatewayApi: ours.yaml }
  airflow-linkerd:login: { issuer: https://login.example.com, clientSecret: { secure: AQIC } }
`,
        );
        assert.equal(await stackFile(at, source), source);
        writeFileSync(source, readFileSync(source, "utf8").replace("{ gatewayApi: ours.yaml }", "{}"));
        assert.doesNotMatch(readFileSync(await stackFile(at, source), "utf8"), /encryptionsalt/);
    });

    it("tells a stack of the place from one whose cluster is elsewhere", () => {
        writeFileSync(source, `config: { airflow-linkerd:cluster: { kubeconfig: ${at.kubeconfig} } }`);
        assert.equal(deploysInto(at, source), true);
        writeFileSync(source, "config: { airflow-linkerd:cluster: { kubeconfig: /elsewhere } }");
        assert.equal(deploysInto(at, source), false);
        writeFileSync(source, "config: { airflow-linkerd:cluster: { kind: eks } }");
        assert.equal(deploysInto(at, source), false);
        assert.equal(deploysInto(at, join(at.root, "no-such-file.yaml")), false);
    });

    it("says whether the stack has an entrance, for whose programs nobody else waits", () => {
        assert.equal(hasEntrance(source), false);
        assert.equal(hasEntrance(join(at.root, "nowhere.yaml")), false);
        for (const [kind, expected] of [
            ["gateway", true],
            ["none", false],
        ] as const) {
            writeFileSync(source, `${open}  airflow-linkerd:entrance:\n    kind: ${kind}\n`);
            assert.equal(hasEntrance(source), expected, kind);
        }
    });

    it("is the stack's own before the place has ports", async () => {
        rmSync(join(at.cluster, "ports.json"));
        writeFileSync(source, open);
        assert.equal(await stackFile(at, source), source);
    });
});
