import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { DatabaseKind } from "../../components/airflow/database/database.ts";
import { rdsSizeProblems, rdsSizes } from "../../components/airflow/rds/rds-settings.ts";
import { below, type Problem } from "../../components/problem.ts";
import { authorityProblem } from "./authority-file.ts";
import { isForDevelopment } from "./development.ts";
import { type ParsedConfig } from "./schema.ts";

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
            const { engine, authorityFile, passwordGeneration: _, applyChanges: __, kind: ___, ...sizes } = database;
            return [
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
            const { kind, engine, authorityFile, passwordGeneration, applyChanges, ...sizes } = database;
            const authorityPem = authorityFile === undefined ? undefined : readFileSync(authorityFile, "utf8");
            return { kind, engine, sizes, applyChanges, authorityPem, passwordGeneration };
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
