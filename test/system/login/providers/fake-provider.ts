import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";

import Provider, { type AsymmetricSigningAlgorithm, type ClientAuthMethod, type JWK } from "oidc-provider";

/** Claims by where the provider puts them. */
export interface Person {
    readonly sub: string;
    readonly idToken?: Readonly<Record<string, unknown>>;
    readonly userinfo?: Readonly<Record<string, unknown>>;
}

export interface FakeProviderArgs {
    readonly redirectUri: string;
    readonly client: { readonly secret: string } | { readonly publicKey: KeyObject };
    /** How the client is registered. */
    readonly clientAuthentication?: ClientAuthMethod;
    /** All that discovery announces. Defaults to the one of the client. */
    readonly announcedAuthentication?: readonly ClientAuthMethod[];
    /** Scopes that it knows; it refuses a login that asks for another. Defaults to openid, email and profile. */
    readonly scopes?: readonly string[];
    /** Names of claims that it may send, beside the usual ones. */
    readonly claims: readonly string[];
    /** Path of the issuer, such as `/realms/staff`. Defaults to none. */
    readonly path?: string;
    readonly algorithm?: AsymmetricSigningAlgorithm;
    readonly logsOut?: boolean;
}

/** Changes an ID token before it is sent. */
export type Forger = (idToken: string) => string;

const usualClaims = ["sub", "email", "email_verified", "name", "given_name", "family_name", "preferred_username"];

/** A real OpenID Connect provider, in the shape of one of the known ones. Whoever is set logs in without a click. */
export class FakeProvider {
    readonly issuer: string;
    readonly signingKey: KeyObject;
    /** Who is at the browser. */
    person: Person = { sub: "nobody" };
    /** What it does to tokens before they leave. */
    forge: Forger | undefined;
    /** What it answers to a login in place of a code. */
    answers: Readonly<Record<string, string>> | undefined;
    readonly #close: () => Promise<void>;

    private constructor(issuer: string, signingKey: KeyObject, close: () => Promise<void>) {
        this.issuer = issuer;
        this.signingKey = signingKey;
        this.#close = close;
    }

    static async start(args: FakeProviderArgs): Promise<FakeProvider> {
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const issuer = origin + (args.path ?? "");
        const path = (args.path ?? "").replace(/\/$/, "");
        const signingKey = keyFor(args.algorithm ?? "RS256");
        const fake = new FakeProvider(issuer, signingKey, () => {
            server.closeAllConnections();
            return new Promise((resolve) => server.close(() => resolve()));
        });
        const provider = fake.#provider(args, path);
        const callback = provider.callback();
        const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
            const { pathname, searchParams } = new URL(request.url ?? "/", issuer);
            if (pathname.startsWith(`${path}/interaction/`)) {
                await provider.interactionFinished(request, response, { login: { accountId: fake.person.sub } });
                return;
            }
            const refusal = pathname === `${path}/auth` ? fake.#refusal(args, searchParams) : undefined;
            if (refusal !== undefined) {
                const back = new URL(searchParams.get("redirect_uri") ?? "");
                back.search = new URLSearchParams({ ...refusal, state: searchParams.get("state") ?? "" }).toString();
                response.writeHead(303, { location: back.href }).end();
                return;
            }
            // As a server does that mounts the provider below a path.
            Object.assign(request, { originalUrl: request.url });
            request.url = (request.url ?? "").slice(path.length);
            await callback(request, response);
        };
        server.on("request", (request, response) => {
            answer(request, response).catch((error: unknown) => {
                response.writeHead(500).end((error as Error).stack);
            });
        });
        return fake;
    }

    close(): Promise<void> {
        return this.#close();
    }

    #refusal({ scopes = ["openid", "email", "profile"] }: FakeProviderArgs, asked: URLSearchParams) {
        if (this.answers !== undefined) {
            return this.answers;
        }
        const unknown = (asked.get("scope") ?? "").split(" ").filter((scope) => !scopes.includes(scope));
        return unknown.length > 0
            ? { error: "invalid_scope", error_description: `unknown scope ${unknown.join(" ")}` }
            : undefined;
    }

    #provider(args: FakeProviderArgs, path: string): Provider {
        const algorithm = args.algorithm ?? "RS256";
        const method = args.clientAuthentication ?? "client_secret_basic";
        const jwk = { ...this.signingKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: algorithm } as JWK;
        const provider = new Provider(this.issuer, {
            clients: [
                {
                    client_id: "airflow",
                    redirect_uris: [args.redirectUri],
                    token_endpoint_auth_method: method,
                    id_token_signed_response_alg: algorithm,
                    ...("secret" in args.client
                        ? { client_secret: args.client.secret }
                        : { jwks: { keys: [args.client.publicKey.export({ format: "jwk" }) as JWK] } }),
                },
            ],
            clientAuthMethods: [...(args.announcedAuthentication ?? [method])],
            enabledJWA: { idTokenSigningAlgValues: [algorithm] },
            jwks: { keys: [jwk] },
            scopes: [...(args.scopes ?? ["openid", "email", "profile"])].filter((scope) => scope !== "openid"),
            claims: { openid: [...usualClaims, ...args.claims] },
            conformIdTokenClaims: false,
            cookies: { keys: [randomBytes(32).toString("hex")] },
            pkce: { required: () => true },
            interactions: { url: (_context, { uid }) => `${path}/interaction/${uid}` },
            features: {
                devInteractions: { enabled: false },
                rpInitiatedLogout: { enabled: args.logsOut ?? true },
            },
            findAccount: (_context, id) => ({
                accountId: id,
                claims: (use) => {
                    const { idToken = {}, userinfo = idToken } = this.person;
                    return { sub: id, ...(use === "userinfo" ? userinfo : idToken) };
                },
            }),
            loadExistingGrant: async (context) => {
                const { provider: own, client, session } = context.oidc;
                const grant = new own.Grant({ clientId: client?.clientId, accountId: session?.accountId });
                grant.addOIDCScope((args.scopes ?? ["openid", "email", "profile"]).join(" "));
                await grant.save();
                return grant;
            },
            ttl: { Session: 3600, Grant: 3600, Interaction: 3600, AccessToken: 3600, IdToken: 3600 },
        });
        provider.use(async (context, next) => {
            await next();
            const { body } = context;
            if (this.forge !== undefined && typeof body === "object" && body !== null && "id_token" in body) {
                context.body = { ...body, id_token: this.forge(String(body.id_token)) };
            }
        });
        return provider;
    }
}

function keyFor(algorithm: AsymmetricSigningAlgorithm): KeyObject {
    if (algorithm.startsWith("ES")) {
        const namedCurve = { ES256: "P-256", ES384: "P-384", ES512: "P-521" }[algorithm as "ES256"];
        return generateKeyPairSync("ec", { namedCurve }).privateKey;
    }
    return algorithm === "EdDSA" || algorithm === "Ed25519"
        ? generateKeyPairSync("ed25519").privateKey
        : generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
}
