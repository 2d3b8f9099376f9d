import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import writeFileAtomic from "write-file-atomic";
import { type Document, parseDocument } from "yaml";

import { envoyGatewayDefinitions, gatewayApi } from "../components/charts.ts";
import { EntranceKind } from "../stacks/config/entrance/entrance-schema.ts";
import { peoplesAuthorityFile } from "./cluster/peoples-authority.ts";
import { addressOf, entranceAddressOf, issuerOf, readPorts } from "./cluster/ports.ts";
import { Containers, containersOf } from "./containers.ts";
import { Cipher, passphrase } from "./engine/values/cipher.ts";
import { clientSecret } from "./identity-provider/client-secret.ts";
import { checkout, type Place } from "./place.ts";

/** What runs in a place, and differs from checkout to checkout. */
export interface PlaceServices {
    readonly airflowUrl: string;
    /** The same of a stack with an entrance. */
    readonly entranceUrl: string;
    readonly issuer: string;
    /** The certificate of the authority that signed the issuer's. Undefined where the issuer has none. */
    readonly authorityFile?: string;
    /** Sealed with the salt. */
    readonly clientSecret: string;
    readonly salt: string;
}

/** Definitions, which have no chart: where they are without a network. */
const gatewayApiFile = `rehearsal/charts/${gatewayApi.file}`;
const envoyGatewayFile = `rehearsal/charts/${envoyGatewayDefinitions.file}`;

/**
 * The file that the rehearsal deploys from: the stack's own, with what it leaves open filled in. It is a stack's file as
 * Pulumi writes it, so that `pulumi --config-file` takes it too. The stack's own file stays as it is, and is given back
 * when it leaves nothing open. Where the place's containers are simulated nobody listens behind an entrance or says that it
 * is ready, so there the stack has none.
 */
export async function stackFile(at: Place, source: string, containers = containersOf(at)): Promise<string> {
    const document = parseDocument(readFileSync(source, "utf8"));
    const closed = containers === Containers.simulated && isEntered(document) && deploysInto(at, source);
    if (closed) {
        document.setIn(["config", "airflow-linkerd:entrance"], document.createNode({ kind: EntranceKind.none }));
    }
    const filled = fillIn(document, await services(at, document.get("encryptionsalt") as string | undefined, source));
    if (!filled && !closed) {
        return source;
    }
    document.commentBefore = ` Written by the rehearsal from ${source}, with what only this place knows: change that file.`;
    // A place that was never started has no folder yet.
    mkdirSync(at.root, { recursive: true, mode: 0o700 });
    const file = join(at.root, basename(source));
    writeFileAtomic.sync(file, document.toString(), { mode: 0o600 });
    return file;
}

/** Whether the stack's cluster is the one of the place. */
export function deploysInto(at: Place, source: string): boolean {
    if (!existsSync(source)) {
        return false;
    }
    const kubeconfig = parseDocument(readFileSync(source, "utf8")).getIn([
        "config",
        "airflow-linkerd:cluster",
        "kubeconfig",
    ]);
    return typeof kubeconfig === "string" && resolve(checkout, kubeconfig) === at.kubeconfig;
}

/** Whether people come to the stack's Airflow through Envoy. */
export function hasEntrance(source: string): boolean {
    return existsSync(source) && isEntered(parseDocument(readFileSync(source, "utf8")));
}

function isEntered(document: Document): boolean {
    return document.getIn(["config", "airflow-linkerd:entrance", "kind"]) === EntranceKind.gateway;
}

/** Undefined as long as the place was never started. */
async function services(at: Place, salt: string | undefined, source: string): Promise<PlaceServices | undefined> {
    const { airflow, identityProvider, entrance } = readPorts(at);
    if (airflow === undefined || identityProvider === undefined || entrance === undefined) {
        return undefined;
    }
    const secret = await clientSecret(at);
    const sealed =
        salt === undefined
            ? secret.sealed
            : (await Cipher.open(await passphrase(at.state), salt, source)).encrypt(secret.value);
    return {
        airflowUrl: addressOf(airflow),
        entranceUrl: entranceAddressOf(entrance),
        issuer: issuerOf({ identityProvider }),
        authorityFile: peoplesAuthorityFile(at),
        clientSecret: sealed,
        salt: salt ?? secret.salt,
    };
}

/**
 * Sets what the stack leaves open: the places of definitions where it has no mirror, the address of an
 * Airflow that has none, and the provider of a login that names none. Returns whether that was anything.
 */
export function fillIn(document: Document, place: PlaceServices | undefined): boolean {
    const section = (key: string): string[] => ["config", `airflow-linkerd:${key}`];
    const [charts, airflow, login] = [section("charts"), section("airflow"), section("login")];
    const lacks = (section: readonly string[], ...keys: string[]): boolean =>
        keys.every((key) => !document.hasIn([...section, key]));
    const set = (section: readonly string[], values: Record<string, unknown>): void => {
        Object.entries(values).forEach(([key, value]) => document.setIn([...section, key], document.createNode(value)));
    };
    const needsDefinitions = lacks(charts, "mirror", "gatewayApi");
    const needsEntrance = isEntered(document) && lacks(charts, "mirror", "envoyGateway");
    const needsUrl = place !== undefined && document.hasIn(airflow) && lacks(airflow, "hostname", "url");
    const needsProvider =
        place !== undefined && document.hasIn(login) && lacks(login, "issuer", "authorityFile", "clientSecret");
    if (needsDefinitions) {
        set(charts, { gatewayApi: gatewayApiFile });
    }
    if (needsEntrance) {
        set(charts, { envoyGateway: envoyGatewayFile });
    }
    if (needsUrl) {
        set(airflow, { url: isEntered(document) ? place.entranceUrl : place.airflowUrl });
    }
    if (needsProvider) {
        set(login, {
            issuer: place.issuer,
            ...(place.authorityFile !== undefined && { authorityFile: place.authorityFile }),
            clientSecret: { secure: place.clientSecret },
        });
        document.set("encryptionsalt", place.salt);
    }
    return needsDefinitions || needsEntrance || needsUrl || needsProvider;
}
