import { isSafeAddress } from "../../stacks/config/safe-address.ts";
import { type RunStart, startedByWords } from "./run-start.ts";
import { type TracedTask } from "./traced-task.ts";
import { tokenVariable } from "./options.ts";

/** How Airflow is asked. */
export interface AirflowAccess {
    readonly url: string;
    /** A person's own, which ends by itself. */
    readonly token: string;
    readonly timeoutSeconds: number;
}

/** Who started a run, as Airflow knows the one now. */
export interface KnownPerson {
    readonly name: string;
    readonly roles: readonly string[];
}

/** What Airflow recorded of a run. */
export interface AirflowRecord {
    /** The bundle that its DAG came from, which says the team. */
    readonly bundle: string | undefined;
    readonly state: string;
    readonly start: RunStart;
    /** Undefined where nobody started it, and where the token's owner may not look at users. */
    readonly person: KnownPerson | undefined;
    readonly tasks: readonly TracedTask[];
}

interface Instance {
    readonly task_id: string;
    readonly map_index: number;
    readonly try_number: number;
    readonly state: string | null;
    readonly hostname: string | null;
    readonly start_date: string | null;
    readonly end_date: string | null;
}

/**
 * Asks Airflow's public API for a run.
 *
 * @throws where there is no such run, where the token is not or no longer valid, and where its owner may not see the DAG.
 */
export async function airflowRecord(access: AirflowAccess, dag: string, run: string): Promise<AirflowRecord> {
    const { url } = access;
    if (!isSafeAddress(url)) {
        throw new Error(
            `Airflow is at ${url}, and a token is sent over https:// alone, or to 127.0.0.1 and localhost. Name it with --airflow.`,
        );
    }
    const dagPath = `/api/v2/dags/${encodeURIComponent(dag)}`;
    const runPath = `${dagPath}/dagRuns/${encodeURIComponent(run)}`;
    const { bundle_name } = await found<{ bundle_name: string | null }>(access, dagPath, `no DAG ${dag}`);
    const { state, triggered_by, triggering_user_name } = await found<{
        state: string;
        triggered_by: string | null;
        triggering_user_name: string | null;
    }>(access, runPath, `no run ${run} of ${dag}`);
    const { task_instances } = await found<{ task_instances: Instance[] }>(
        access,
        `${runPath}/taskInstances?limit=1000`,
        `no tasks of ${run}`,
    );
    const user = triggering_user_name ?? undefined;
    return {
        bundle: bundle_name ?? undefined,
        state,
        start: {
            by: startedByWords[triggered_by ?? ""] ?? "unknown",
            ...(user !== undefined && { user }),
        },
        person: user === undefined ? undefined : await knownPerson(access, user),
        tasks: task_instances.map(tracedTask),
    };
}

/** Who may look at users sees the person's roles. To others they are not told, which is no error. */
async function knownPerson(access: AirflowAccess, user: string): Promise<KnownPerson | undefined> {
    const { status, body } = await ask(access, `/auth/fab/v1/users/${encodeURIComponent(user)}`);
    if (status !== 200) {
        return undefined;
    }
    const { first_name, last_name, roles } = body as {
        first_name: string;
        last_name: string;
        roles: { name: string }[] | null;
    };
    return { name: `${first_name} ${last_name}`, roles: (roles ?? []).map(({ name }) => name).sort() };
}

function tracedTask(instance: Instance): TracedTask {
    const { task_id, map_index, try_number, state, hostname, start_date, end_date } = instance;
    return {
        task: task_id,
        mapIndex: map_index,
        attempt: try_number,
        state: state ?? "waiting",
        // A pod's host name is its own, with a domain in some clusters. The names of tasks' pods have no dots.
        ...(hostname ? { pod: hostname.split(".", 1)[0] } : {}),
        ...(start_date !== null && { from: start_date }),
        ...(end_date !== null && { to: end_date }),
    };
}

async function found<Body>(access: AirflowAccess, path: string, missing: string): Promise<Body> {
    const { status, body } = await ask(access, path);
    // Airflow refuses what is no token of its own as it refuses what a person may not do.
    if (status === 401 || (status === 403 && (await ask(access, "/ui/auth/me")).status !== 200)) {
        throw new Error(
            `Airflow at ${access.url} does not know you (HTTP ${status}): the token in ${tokenVariable} is not or no longer ` +
                "valid. Log in there, and choose your name, Generate Token, CLI Token.",
        );
    }
    switch (status) {
        case 200:
            return body as Body;
        case 403:
            throw new Error(
                `Airflow at ${access.url} does not show you this DAG (HTTP 403). Ask the team that owns it, or an administrator.`,
            );
        case 404:
            throw new Error(`Airflow at ${access.url} has ${missing}: look for the ids in the address of its page.`);
        default:
            throw new Error(`Airflow at ${access.url} answered HTTP ${status} to ${path}`);
    }
}

/** As OpenSSL names them: what a certificate of a private authority comes to where nobody was told of it. */
const unknownAuthority: ReadonlySet<unknown> = new Set([
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
]);

/** Fetch says no more than "fetch failed". */
function causeOf(error: unknown): unknown {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && "code" in cause ? cause.code : undefined;
}

/** Follows no redirect: a token is for the address that it was given for. */
async function ask({ url, token, timeoutSeconds }: AirflowAccess, path: string) {
    let response: Response;
    try {
        response = await fetch(`${url.replace(/\/+$/, "")}${path}`, {
            headers: { accept: "application/json", authorization: `Bearer ${token}` },
            redirect: "manual",
            signal: AbortSignal.timeout(timeoutSeconds * 1000),
        });
    } catch (error) {
        const code = causeOf(error);
        if (unknownAuthority.has(code)) {
            throw new Error(
                `the certificate of ${url} is of an authority that is not known here (${String(code)}): name the file with the ` +
                    "authority's certificate in NODE_EXTRA_CA_CERTS",
            );
        }
        // The cause itself is left out: it may tell the whole request.
        throw new Error(
            `no Airflow answers at ${url} in ${timeoutSeconds} s. Is it up, and is it there? Name it with --airflow.`,
        );
    }
    const text = await response.text();
    try {
        return { status: response.status, body: response.ok ? (JSON.parse(text) as unknown) : undefined };
    } catch {
        throw new Error(`what answers at ${url}${path} is no API of Airflow's: it gave no JSON`);
    }
}
