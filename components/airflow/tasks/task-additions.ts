/** What else tasks see in a folder. */
export const TaskVolumeKind = {
    secret: "secret",
    configMap: "config-map",
    claim: "claim",
    emptyDir: "empty-dir",
} as const;

/** A folder of every task's pod. */
export type TaskVolume = { readonly path: string } & (
    | { readonly kind: typeof TaskVolumeKind.secret; readonly name: string }
    | { readonly kind: typeof TaskVolumeKind.configMap; readonly name: string }
    | { readonly kind: typeof TaskVolumeKind.claim; readonly name: string; readonly readOnly: boolean }
    | { readonly kind: typeof TaskVolumeKind.emptyDir; readonly size: string }
);

/** What a stack gives to every task besides what Airflow needs. It is the platform's: an author cannot take its place. */
export interface TaskAdditions {
    /** Variables, in plain text. */
    readonly env: Readonly<Record<string, string>>;
    /** Secrets and ConfigMaps of the tasks' namespace, each key of which is a variable. */
    readonly envFrom: { readonly secrets: readonly string[]; readonly configMaps: readonly string[] };
    readonly volumes: readonly TaskVolume[];
    /** What a task asks for and may take besides processor time and memory, such as `ephemeral-storage`. */
    readonly resources: {
        readonly requests: Readonly<Record<string, string>>;
        readonly limits: Readonly<Record<string, string>>;
    };
}

/** The same in the words of a pod's specification. */
export function additionParts({ env, envFrom, volumes }: TaskAdditions) {
    const named = volumes.map((volume, index) => ({ ...volume, volumeName: `stack-${index}` }));
    return {
        env: Object.entries(env).map(([name, value]) => ({ name, value })),
        envFrom: [
            ...envFrom.configMaps.map((name) => ({ configMapRef: { name } })),
            ...envFrom.secrets.map((name) => ({ secretRef: { name } })),
        ],
        volumes: named.map(({ volumeName, ...volume }) => ({ name: volumeName, ...volumeSource(volume) })),
        volumeMounts: named.map(({ volumeName, ...volume }) => ({
            name: volumeName,
            mountPath: volume.path,
            ...(isReadOnly(volume) ? { readOnly: true } : {}),
        })),
    };
}

function isReadOnly(volume: TaskVolume): boolean {
    return volume.kind === TaskVolumeKind.claim ? volume.readOnly : volume.kind !== TaskVolumeKind.emptyDir;
}

function volumeSource(volume: TaskVolume) {
    switch (volume.kind) {
        case TaskVolumeKind.secret:
            return { secret: { secretName: volume.name } };
        case TaskVolumeKind.configMap:
            return { configMap: { name: volume.name } };
        case TaskVolumeKind.claim:
            return { persistentVolumeClaim: { claimName: volume.name } };
        case TaskVolumeKind.emptyDir:
            return { emptyDir: { sizeLimit: volume.size } };
    }
}
