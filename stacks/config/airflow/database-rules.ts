import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { DatabaseKind } from "../../../components/airflow/database/database.ts";
import { rdsSizeProblems, rdsSizes, rdsVersionProblems } from "../../../components/airflow/rds/rds-settings.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { authorityProblem } from "../login/authority-file.ts";
import { isForDevelopment } from "../development.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedDatabase = ParsedConfig["airflow"]["database"];

export function databaseProblems(database: ParsedDatabase, stack: string): Problem[] {
    switch (database.kind) {
        case DatabaseKind.inCluster:
            return isForDevelopment(stack)
                ? []
                : [
                      {
                          path: ["kind"],
                          value: database.kind,
                          rule:
                              `it has no backup, so it is only for stacks named "dev" or "dev-…", and this one is ` +
                              `"${stack}". Set it to rds, or to external and name a server that somebody looks after.`,
                      },
                  ];
        case DatabaseKind.rds: {
            const { engine, authorityFile } = database;
            const { sizes, version, allowUpgrade, applyChanges } = serverOf(database);
            return [
                ...rdsVersionProblems(engine, { version, allowUpgrade, applyChanges }),
                ...rdsSizeProblems(rdsSizes(engine, sizes)),
                ...below(["authorityFile"], authorityFile === undefined ? undefined : authorityProblem(authorityFile)),
            ];
        }
        case DatabaseKind.external:
            return below(["authorityFile"], authorityProblem(database.authorityFile));
    }
}

export function databaseConfig(database: ParsedDatabase) {
    switch (database.kind) {
        case DatabaseKind.inCluster:
            return database;
        case DatabaseKind.rds: {
            const { kind, engine, authorityFile, passwordGeneration } = database;
            const authorityPem = authorityFile === undefined ? undefined : readFileSync(authorityFile, "utf8");
            return { kind, engine, ...serverOf(database), authorityPem, passwordGeneration };
        }
        case DatabaseKind.external: {
            const { authorityFile, password, ...rest } = database;
            return {
                ...rest,
                password: pulumi.secret(password),
                authorityPem: readFileSync(authorityFile, "utf8"),
            };
        }
    }
}

/** What a server of RDS is made with, and apart from that its sizes. */
function serverOf(database: Extract<ParsedDatabase, { kind: "rds" }>) {
    const {
        kind: _,
        engine: __,
        authorityFile: ___,
        passwordGeneration: ____,
        version,
        allowUpgrade,
        applyChanges,
        ...sizes
    } = database;
    return { version, allowUpgrade, applyChanges, sizes };
}
