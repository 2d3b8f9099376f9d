/** The two kinds of PostgreSQL server that RDS has. */
export const RdsEngine = {
    /** One server and its standby in another zone. */
    postgresql: "postgresql",
    /** Several servers on shared storage, which fail over faster and cost more. */
    aurora: "aurora",
} as const;
export type RdsEngine = (typeof RdsEngine)[keyof typeof RdsEngine];
