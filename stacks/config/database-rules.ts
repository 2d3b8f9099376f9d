import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { DatabaseKind } from "../../components/airflow/database/database.ts";
import { rdsSizeProblems, rdsSizes } from "../../components/airflow/rds/rds-settings.ts";
import { type Refuse, type Report } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";
import { isForDevelopment } from "./development.ts";

type Parsed = ParsedConfig["airflow"]["database"];

export function checkedDatabase(database: Parsed, stack: string, refuse: Refuse, report: Report) {
    if (database.kind === DatabaseKind.inCluster) {
        if (!isForDevelopment(stack)) {
            refuse(
                ["database", "kind"],
                database.kind,
                `it has no backup, so it is only for stacks named "dev" or "dev-…", and this one is "${stack}". ` +
                    `Set it to rds, or to external and name a server that somebody looks after.`,
            );
        }
        return database;
    }
    if (database.kind === DatabaseKind.rds) {
        return checkedRds(database, refuse, report);
    }
    const { authorityFile, password, ...rest } = database;
    const authorityPem = certificates(authorityFile, (text) => {
        refuse(["database", "authorityFile"], authorityFile, text);
    });
    return { ...rest, password: pulumi.secret(password), authorityPem };
}

function checkedRds(
    { kind, engine, authorityFile, passwordGeneration, ...sizes }: Extract<Parsed, { kind: "rds" }>,
    refuse: Refuse,
    report: Report,
) {
    report(rdsSizeProblems("airflow.database", rdsSizes(engine, sizes)));
    const authorityPem =
        authorityFile === undefined
            ? undefined
            : certificates(authorityFile, (text) => {
                  refuse(["database", "authorityFile"], authorityFile, text);
              });
    return { kind, engine, sizes, authorityPem, passwordGeneration };
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
