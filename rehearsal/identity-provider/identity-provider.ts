import { generateKeyPairSync, randomBytes } from "node:crypto";
import { type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo } from "node:net";
import { text as bodyText } from "node:stream/consumers";

import Provider, { type Configuration, type JWK } from "oidc-provider";

import { kubectlClient, kubectlRedirect } from "./kubectl-client.ts";
import { hostName } from "./host-name.ts";
import { choosePersona, confirmLogout } from "./pages.ts";
import { Directory } from "./personas.ts";

export interface Client {
    readonly id: string;
    readonly secret: string;
    readonly redirectUris: readonly string[];
    readonly afterLogoutUris: readonly string[];
}

/** A program that gets tokens for itself, by its own secret. */
export interface MachineClient {
    readonly id: string;
    readonly secret: string;
    /** For whom its tokens are. */
    readonly audience: string;
}

export interface IdentityProvider {
    readonly issuer: string;
    readonly directory: Directory;
    close(): Promise<void>;
}

/** Where it listens, and the certificate and key by which it does, in PEM. Port 0 takes a free port. */
export interface Listening {
    readonly port: number;
    readonly certificate: string;
    readonly key: string;
    /** Who finds it. Defaults to this machine alone. */
    readonly at?: {
        /** The name in its address and certificate. */
        readonly name: string;
        /** What it listens on, such as all addresses of a pod. */
        readonly address: string;
    };
}

/**
 * An OpenID Connect provider whose people log in with a click. Unless told otherwise it listens on 127.0.0.1 only, under the one name that is
 * this machine for everybody, so that browsers, pods and the API server of Kubernetes find it alike. Its keys and sessions
 * end with it.
 */
export async function startIdentityProvider(
    listening: Listening,
    client: Client,
    machines: readonly MachineClient[] = [],
): Promise<IdentityProvider> {
    const { port, certificate: cert, key, at = { name: hostName, address: "127.0.0.1" } } = listening;
    const directory = new Directory();
    const server = createServer({ cert, key });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, at.address, resolve);
    });
    const issuer = `https://${at.name}:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, configuration(client, machines, directory));
    const callback = provider.callback();

    server.on("request", (request, response) => {
        answer(provider, directory, request, response)
            .then((answered) => (answered ? undefined : callback(request, response)))
            .catch((error: unknown) => {
                response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
                response.end(`${(error as Error).message}\n`);
            });
    });
    return {
        issuer,
        directory,
        close: () =>
            new Promise((resolve, reject) => {
                server.close((error) => (error ? reject(error) : resolve()));
                server.closeAllConnections();
            }),
    };
}

function configuration(client: Client, machines: readonly MachineClient[], directory: Directory): Configuration {
    const audienceOf = (id: string) => machines.find((machine) => machine.id === id)?.audience;
    return {
        clients: [
            {
                client_id: client.id,
                client_secret: client.secret,
                redirect_uris: [...client.redirectUris],
                post_logout_redirect_uris: [...client.afterLogoutUris],
            },
            {
                // A program on a person's machine, which could keep no secret.
                client_id: kubectlClient,
                token_endpoint_auth_method: "none",
                application_type: "native",
                redirect_uris: [kubectlRedirect],
            },
            ...machines.map(({ id, secret }) => ({
                client_id: id,
                client_secret: secret,
                redirect_uris: [],
                response_types: [],
                grant_types: ["client_credentials"],
            })),
        ],
        claims: {
            openid: ["sub"],
            email: ["email", "email_verified"],
            profile: ["name", "given_name", "family_name"],
            groups: ["groups"],
        },
        // Groups belong into the signed token, as Okta, Entra and Keycloak put them there.
        conformIdTokenClaims: false,
        jwks: { keys: [signingKey()] },
        cookies: { keys: [randomBytes(32).toString("hex")] },
        pkce: { required: () => true },
        interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
        features: {
            devInteractions: { enabled: false },
            clientCredentials: { enabled: machines.length > 0 },
            // Makes a machine's token one that others can check. A person's stays one for userinfo alone.
            resourceIndicators: {
                enabled: machines.length > 0,
                defaultResource: (_context, asking) => audienceOf(asking?.clientId ?? "") ?? [],
                getResourceServerInfo: (_context, audience) => ({
                    scope: "",
                    audience,
                    accessTokenFormat: "jwt",
                    accessTokenTTL: 600,
                    jwt: { sign: { alg: "RS256" } },
                }),
            },
            rpInitiatedLogout: {
                enabled: true,
                logoutSource: (context, form) => {
                    context.body = confirmLogout(form);
                },
            },
        },
        findAccount: (_context, id) => {
            const persona = directory.find(id);
            if (persona === undefined) {
                return undefined;
            }
            const [given_name, family_name] = persona.name.split(" ");
            const email = `${id}@example.com`;
            return {
                accountId: id,
                claims: () => ({
                    sub: id,
                    email,
                    email_verified: true,
                    name: persona.name,
                    given_name,
                    family_name,
                    groups: [...persona.groups],
                }),
            };
        },
        // Nobody is asked for consent: the one client is the platform's own.
        loadExistingGrant: async (context) => {
            const { provider, client: asking, session } = context.oidc;
            const grant = new provider.Grant({ clientId: asking?.clientId, accountId: session?.accountId });
            grant.addOIDCScope("openid email profile groups");
            await grant.save();
            return grant;
        },
        ttl: { Session: 3600, Grant: 3600, Interaction: 3600, AccessToken: 3600, IdToken: 3600 },
    };
}

/** The package would bring one that everybody knows. */
function signingKey(): JWK {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return { ...privateKey.export({ format: "jwk" }), kid: randomBytes(8).toString("hex"), use: "sig" } as JWK;
}

/** Answers what is not OpenID Connect: the page of personas, and the change of a persona's groups. */
async function answer(
    provider: Provider,
    directory: Directory,
    request: IncomingMessage,
    response: ServerResponse,
): Promise<boolean> {
    const [room, id] = (request.url ?? "/").split("?")[0]?.split("/").slice(1) ?? [];
    if (room === "interaction" && id !== undefined && request.method === "GET") {
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
        response.end(choosePersona(id, directory.list()));
        return true;
    }
    if (room === "interaction" && request.method === "POST") {
        const accountId = new URLSearchParams(await bodyText(request)).get("persona") ?? "";
        if (directory.find(accountId) === undefined) {
            throw new Error(`"${accountId}" is no persona`);
        }
        // The click is the consent too, which a program on a person's machine is asked for each time.
        await provider.interactionFinished(request, response, { login: { accountId }, consent: {} });
        return true;
    }
    // A page of another site cannot send this without asking first, and is never answered that it may.
    if (room === "personas" && id !== undefined && request.method === "PUT") {
        const { groups } = JSON.parse(await bodyText(request)) as { groups: string[] };
        directory.setGroups(id, groups);
        response.writeHead(204).end();
        return true;
    }
    return false;
}
