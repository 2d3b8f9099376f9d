/** What the API server and its helpers log, besides who did what and who they were. */
export const OptionalLog = {
    api: "api",
    controllerManager: "controllerManager",
    scheduler: "scheduler",
} as const;
export type OptionalLog = (typeof OptionalLog)[keyof typeof OptionalLog];
