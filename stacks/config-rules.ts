import { existsSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { gatewayApiLocation } from "../components/charts.ts";
import { airflowRoles, type LoginRules } from "../components/identity/login-settings.ts";
import { lifetimeProblem } from "../components/mesh/lifetimes.ts";
import { tagProblems } from "../components/aws/resource-tags.ts";
import { checkedKeys } from "./config/airflow-rules.ts";
import { mirrorProblems } from "./config/charts-rules.ts";
import { type Refuse, type Report } from "./config/problems.ts";
import { type ParsedConfig } from "./config/schema.ts";
import { checkedDatabase } from "./config/database-rules.ts";
import { checkedSecrets, checkedTaskLogs } from "./config/task-logs-rules.ts";

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

export function checkedAirflow(airflow: ParsedConfig["airflow"], stack: string, refuse: Refuse, report: Report) {
    const { hostname, url, ...rest } = airflow;
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
        database: checkedDatabase(airflow.database, stack, refuse, report),
        logs: checkedTaskLogs(airflow.logs, stack, refuse, report),
        secrets: checkedSecrets(airflow.secrets, report),
    };
}

export function checkedTags(tags: ParsedConfig["tags"], _refuse: Refuse, report: Report) {
    report(tagProblems("tags", tags));
    return tags;
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
