/** Days that CloudWatch keeps the logs of a cluster and of its network, unless the stack says otherwise. */
export const defaultLogRetentionDays = {
    /** A year: auditors ask for the audit log. */
    controlPlane: 365,
    /** Many times as much data as the audit log, for looking into recent incidents. */
    flowLogs: 90,
} as const;
