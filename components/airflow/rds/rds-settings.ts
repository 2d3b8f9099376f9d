import { type Problem } from "../../problem.ts";

/** Kinds of server that RDS has for PostgreSQL. */
export const RdsEngine = {
    /** One server and its standby in another zone. */
    postgresql: "postgresql",
    /** Several servers over one storage, which fail over faster and cost more. */
    aurora: "aurora",
} as const;
export type RdsEngine = (typeof RdsEngine)[keyof typeof RdsEngine];

/** Major version of PostgreSQL: the one of the image in development. Minor ones AWS brings in the maintenance window. */
export const postgresMajor = "17";

/** Settings of a server, as its parameter group takes them. */
export const serverParameters: { name: string; value: string; applyMethod?: string }[] = [
    // A connection that is not encrypted is refused, from the server's first start on. RDS takes no other moment for it
    // where its version has the setting as a static one.
    { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
    { name: "ssl_min_protocol_version", value: "TLSv1.2" },
    { name: "password_encryption", value: "scram-sha-256" },
    { name: "log_connections", value: "1" },
    { name: "log_disconnections", value: "1" },
    // Changes of structure and of rights. Passwords are not among them: they reach the server as verifiers only.
    { name: "log_statement", value: "ddl" },
    { name: "log_min_duration_statement", value: "1000" },
];

/** The logs that a server sends to CloudWatch. */
export const exportedLogs: Readonly<Record<RdsEngine, string[]>> = {
    postgresql: ["postgresql", "upgrade"],
    aurora: ["postgresql"],
};

/** What the server is asked for beyond its kind. */
export interface RdsSizes {
    /** Defaults to `db.t4g.medium` for PostgreSQL and `db.r6g.large` for Aurora. */
    readonly instanceClass?: string;
    /** Servers of Aurora: the first writes, the others take over. Defaults to 2. PostgreSQL has always one and a standby. */
    readonly instances?: number;
    /** Gibibytes at first, at least 20. Aurora grows by itself. Defaults to 50. */
    readonly storageGb?: number;
    /** Gibibytes up to which the storage grows by itself. Defaults to 500. */
    readonly maxStorageGb?: number;
    /** Days for which any moment can be restored, 1 to 35. Defaults to 14. */
    readonly backupDays?: number;
    /** Seconds between measurements of the operating system: 0 for none, else 1, 5, 10, 15, 30 or 60. Defaults to 60. */
    readonly monitoringSeconds?: number;
    /** UTC, outside of the maintenance window. Defaults to `02:00-03:00`. */
    readonly backupWindow?: string;
    /** UTC. Defaults to `sun:03:30-sun:04:30`. */
    readonly maintenanceWindow?: string;
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

/** What RDS would refuse of them. */
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
