import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { type DatabaseArgs, DatabaseKind } from "../components/airflow/database.ts";
import { airflowRoles, type LoginRules } from "../components/identity/login-settings.ts";
import { lifetimeProblem } from "../components/mesh/lifetimes.ts";
import { checkedKeys } from "./airflow-rules.ts";
import { mirrorProblems } from "./chart-mirror.ts";
import { type KeyPath } from "./config-problems.ts";
import { type ParsedConfig } from "./config-schema.ts";
import { KubeconfigProblem, readContext } from "./kubeconfig.ts";

/** Takes a key within the section, its value, and the rule with the way out. */
export type Refuse = (path: KeyPath, value: unknown, ruleAndWayOut: string) => void;

export function checkedCluster({ kubeconfig, context, name }: ParsedConfig["cluster"], refuse: Refuse) {
    try {
        const found = readContext(kubeconfig, context);
        return { kubeconfig, context: found.context, name: name ?? found.cluster };
    } catch (error) {
        if (!(error instanceof KubeconfigProblem)) {
            throw error;
        }
        refuse([error.setting], error.setting === "context" ? context : kubeconfig, error.message);
        return undefined;
    }
}

export function checkedMirror({ mirror }: ParsedConfig["charts"], refuse: Refuse) {
    if (mirror !== undefined) {
        mirrorProblems(mirror).forEach((text) => refuse(["mirror"], mirror, text));
    }
    return mirror;
}

export function checkedTrust(trust: ParsedConfig["trust"], refuse: Refuse) {
    const { generations, signer, lifetimes } = trust;
    generations.forEach((generation, index) => {
        if (generations.indexOf(generation) !== index) {
            refuse(["generations", index], generation, "each generation may be listed once. Remove this one.");
        }
    });
    if (!generations.includes(signer)) {
        refuse(
            ["signer"],
            signer,
            `it must be one of trust.generations (${generations.join(", ")}), or no proxy would trust what it signs. ` +
                `Add it there, or choose one of them.`,
        );
    }
    const problem = lifetimeProblem(lifetimes);
    if (problem) {
        refuse(["lifetimes", problem.field], lifetimes[problem.field], problem.rule);
    }
    return trust;
}

export function checkedAirflow(airflow: ParsedConfig["airflow"], stack: string, refuse: Refuse) {
    const { hostname, url, logs, ...rest } = airflow;
    if (hostname !== undefined && url !== undefined) {
        refuse(
            ["url"],
            url,
            "hostname gives an address already. Leave one of the two out: url when it is https:// and that host name.",
        );
    }
    return {
        ...rest,
        ...checkedKeys(airflow, refuse),
        url: url ?? (hostname === undefined ? undefined : `https://${hostname}`),
        database: checkedDatabase(airflow.database, stack, refuse),
        logVolume: checkedLogVolume(logs, stack, refuse),
    };
}

const isForDevelopment = (stack: string): boolean => /^dev(-|$)/.test(stack);

function checkedLogVolume(logs: ParsedConfig["airflow"]["logs"], stack: string, refuse: Refuse) {
    if (logs !== undefined && !isForDevelopment(stack)) {
        refuse(
            ["logs", "kind"],
            logs.kind,
            `every task can read and overwrite the logs of all others there, so it is only for stacks named "dev" or ` +
                `"dev-…", and this one is "${stack}". Leave logs out.`,
        );
    }
    return logs && { storageGb: logs.storageGb };
}

/** How people log in. */
export interface CheckedLogin {
    readonly rules: LoginRules;
    readonly clientSecret: pulumi.Output<string>;
}

export function checkedLogin(login: ParsedConfig["login"], refuse: Refuse): CheckedLogin | undefined {
    if (login === undefined) {
        return undefined;
    }
    const seen = new Map(login.adminGroups.map((group) => [group, "adminGroups"]));
    for (const role of airflowRoles) {
        login.roles[role]?.forEach((group, index) => {
            const other = seen.get(group);
            if (other !== undefined) {
                refuse(
                    ["roles", role, index],
                    group,
                    `it is in ${other} already, and a group has one role. Remove it here or there.`,
                );
            }
            seen.set(group, `roles.${role}`);
        });
    }
    const { clientSecret, ...rules } = login;
    return { rules, clientSecret: pulumi.secret(clientSecret) };
}

function checkedDatabase(
    database: ParsedConfig["airflow"]["database"],
    stack: string,
    refuse: Refuse,
): DatabaseArgs["database"] {
    if (database.kind === DatabaseKind.inCluster) {
        if (!isForDevelopment(stack)) {
            refuse(
                ["database", "kind"],
                database.kind,
                `it has no backup, so it is only for stacks named "dev" or "dev-…", and this one is "${stack}". ` +
                    `Set it to external and name a server that somebody looks after.`,
            );
        }
        return database;
    }
    const { authorityFile, password, ...rest } = database;
    const authorityPem = certificates(authorityFile, (text) => {
        refuse(["database", "authorityFile"], authorityFile, text);
    });
    return { ...rest, password: pulumi.secret(password), authorityPem };
}

function certificates(file: string, refuse: (text: string) => void): string {
    const wayOut =
        "Put the certificate of the authority that signed the server's there, as PEM; a path starts at the project.";
    let pem: string;
    try {
        pem = readFileSync(file, "utf8");
    } catch (error) {
        const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
        refuse(`${missing ? "there is no such file" : (error as Error).message}. ${wayOut}`);
        return "";
    }
    try {
        new X509Certificate(pem);
    } catch {
        refuse(`the file is no certificate. ${wayOut}`);
    }
    return pem;
}
