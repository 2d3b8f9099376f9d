/** Options of every command that reads a stack's file, as `parseArgs` takes them. */
export const stackOptions = {
    stack: { type: "string", default: "dev" },
    "config-file": { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
} as const;

/** Options of every command that reads a cluster. */
export const clusterOptions = {
    kubeconfig: { type: "string" },
    context: { type: "string" },
    timeout: { type: "string" },
} as const;

/** The file of a stack, as Pulumi names it. */
export function stackFileOf({ stack, "config-file": file }: { stack: string; "config-file"?: string | undefined }) {
    return file ?? `Pulumi.${stack}.yaml`;
}

/** @throws by the option's name and value when it is no number above 0. */
export function positive(option: string, text: string): number {
    const value = Number(text);
    if (!Number.isFinite(value) || value <= 0) {
        throw new Error(`--${option} is ${JSON.stringify(text)}: give a number above 0`);
    }
    return value;
}
