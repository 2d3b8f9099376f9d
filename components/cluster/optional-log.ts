/** Logs of the control plane besides `audit` and `authenticator`, which are always on. */
export const OptionalLog = {
    api: "api",
    controllerManager: "controllerManager",
    scheduler: "scheduler",
} as const;
export type OptionalLog = (typeof OptionalLog)[keyof typeof OptionalLog];
