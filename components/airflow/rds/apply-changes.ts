/** When RDS makes the changes of a deployment that interrupt the server, such as another class of instance. */
export const ApplyChanges = {
    /** With the deployment, which waits for them. */
    now: "now",
    /** In the next maintenance window. Until then the server is as it was. */
    window: "window",
} as const;
export type ApplyChanges = (typeof ApplyChanges)[keyof typeof ApplyChanges];
