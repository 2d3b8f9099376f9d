import { type Problem } from "../../problem.ts";
import { ApplyChanges } from "./apply-changes.ts";
import { RdsEngine } from "./rds-engine.ts";

/** Major versions of PostgreSQL that Airflow runs on and the engine has, oldest first. */
export const postgresMajors: Readonly<Record<RdsEngine, readonly string[]>> = {
    postgresql: ["16", "17", "18"],
    aurora: ["16", "17"],
};

/** The same as in development. RDS installs minor versions in the maintenance window. */
export const defaultPostgresMajor = "17";

/** The parameters of a server's parameter group. */
export const serverParameters: { name: string; value: string; applyMethod?: string }[] = [
    // Refuses connections without TLS, from the server's first start. The parameter is static in some versions, and RDS
    // accepts only `pending-reboot` for those.
    { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
    // These are RDS's defaults, said all the same because safety rests on them. Of a parameter that has its default RDS
    // reports `pending-reboot`, whatever it was told, and any other word here would be a change in every plan.
    { name: "ssl_min_protocol_version", value: "TLSv1.2", applyMethod: "pending-reboot" },
    { name: "password_encryption", value: "scram-sha-256", applyMethod: "pending-reboot" },
    { name: "log_connections", value: "1" },
    { name: "log_disconnections", value: "1" },
    // Changes of schemas and permissions. They contain no plain-text password: the server gets only SCRAM verifiers.
    { name: "log_statement", value: "ddl" },
    { name: "log_min_duration_statement", value: "1000" },
];

/** The logs that a server sends to CloudWatch. */
export const exportedLogs: Readonly<Record<RdsEngine, string[]>> = {
    postgresql: ["postgresql", "upgrade"],
    aurora: ["postgresql"],
};

/** What a stack chooses of a server, besides its engine. */
export interface RdsSizes {
    /** Defaults to `db.t4g.medium` for PostgreSQL and `db.r6g.large` for Aurora. */
    readonly instanceClass?: string;
    /** Aurora only: number of servers, of which the first is the writer. Defaults to 2. */
    readonly instances?: number;
    /** PostgreSQL only: initial storage in gibibytes, at least 20. Aurora allocates storage itself. Defaults to 50. */
    readonly storageGb?: number;
    /** PostgreSQL only: gibibytes up to which the storage grows by itself. Defaults to 500. */
    readonly maxStorageGb?: number;
    /** Days of point-in-time recovery, 1 to 35. Defaults to 14. */
    readonly backupDays?: number;
    /**
     * Seconds between measurements of the operating system: 0 for none, else 1, 5, 10, 15, 30 or 60. Defaults to 60.
     */
    readonly monitoringSeconds?: number;
    /** In UTC, outside the maintenance window. Defaults to `02:00-03:00`. */
    readonly backupWindow?: string;
    /** In UTC. Defaults to `sun:03:30-sun:04:30`. */
    readonly maintenanceWindow?: string;
}

/** Which PostgreSQL a server has, and whether a deployment may bring it to another. */
export interface RdsVersion {
    /** A major version. Defaults to 17. */
    readonly version?: string | undefined;
    /** Lets a deployment upgrade to another major version, from which no way leads back. Defaults to false. */
    readonly allowUpgrade?: boolean | undefined;
    readonly applyChanges?: ApplyChanges | undefined;
}

/** What RDS would refuse about the version, or leave undone. */
export function rdsVersionProblems(
    engine: RdsEngine,
    { version = defaultPostgresMajor, allowUpgrade = false, applyChanges }: RdsVersion,
): Problem[] {
    const majors = postgresMajors[engine];
    return [
        ...(majors.includes(version)
            ? []
            : [{ path: ["version"], value: version, rule: `it must be one of ${majors.join(", ")}. Choose one.` }]),
        ...(allowUpgrade && applyChanges !== ApplyChanges.now
            ? [
                  {
                      path: ["allowUpgrade"],
                      value: allowUpgrade,
                      rule:
                          "an upgrade that waits for the maintenance window still uses the parameters of the old version, " +
                          "which the deployment deletes. Set applyChanges to now for this deployment.",
                  },
              ]
            : []),
    ];
}

/** The sizes with their defaults. */
export function rdsSizes(engine: RdsEngine, sizes: RdsSizes): Required<RdsSizes> {
    return {
        instanceClass: engine === RdsEngine.aurora ? "db.r6g.large" : "db.t4g.medium",
        instances: 2,
        storageGb: 50,
        maxStorageGb: 500,
        backupDays: 14,
        monitoringSeconds: 60,
        backupWindow: "02:00-03:00",
        maintenanceWindow: "sun:03:30-sun:04:30",
        ...Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined)),
    };
}

/** What RDS would refuse about the sizes. */
export function rdsSizeProblems(sizes: Required<RdsSizes>): Problem[] {
    const wrong = (name: keyof RdsSizes, rule: string) => [{ path: [name], value: sizes[name], rule }];
    const whole = (name: keyof RdsSizes, least: number, most: number) => {
        const value = sizes[name] as number;
        return Number.isInteger(value) && value >= least && value <= most
            ? []
            : wrong(name, `it must be a whole number from ${least} to ${most}. Correct it.`);
    };
    const monitoring = [0, 1, 5, 10, 15, 30, 60];
    const leastMaximum = Math.ceil((sizes.storageGb * 11) / 10);
    return [
        ...whole("instances", 1, 15),
        ...whole("storageGb", 20, 65536),
        ...(Number.isInteger(sizes.maxStorageGb) && sizes.maxStorageGb >= leastMaximum && sizes.maxStorageGb <= 65536
            ? []
            : wrong(
                  "maxStorageGb",
                  `it must be a whole number from ${leastMaximum}, a tenth above storageGb (${sizes.storageGb}), to ` +
                      `65536, or RDS never grows it. Correct it.`,
              )),
        ...whole("backupDays", 1, 35),
        ...(monitoring.includes(sizes.monitoringSeconds)
            ? []
            : wrong("monitoringSeconds", `it must be one of ${monitoring.join(", ")}. Choose one.`)),
    ];
}
