import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { type DatabaseArgs, DatabaseKind } from "../components/airflow/database.ts";
import { gatewayApiLocation } from "../components/charts.ts";
import { airflowRoles, type LoginRules } from "../components/identity/login-settings.ts";
import { lifetimeProblem } from "../components/mesh/lifetimes.ts";
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

export function checkedCharts({ mirror, gatewayApi }: ParsedConfig["charts"], refuse: Refuse) {
    if (mirror !== undefined) {
        mirrorProblems(mirror, gatewayApi === undefined).forEach((text) => refuse(["mirror"], mirror, text));
    }
    if (gatewayApi !== undefined && !gatewayApi.startsWith("https://") && !existsSync(gatewayApi)) {
        refuse(
            ["gatewayApi"],
            gatewayApi,
            "there is no such file. Put Gateway API's manifest there, or leave the key out; a path starts at the project.",
        );
    }
    return { mirror, gatewayApi: gatewayApi ?? gatewayApiLocation(mirror) };
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
    return { ...airflow, database: checkedDatabase(airflow.database, stack, refuse) };
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
        if (!/^dev(-|$)/.test(stack)) {
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
