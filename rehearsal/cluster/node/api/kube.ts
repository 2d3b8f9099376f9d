import {
    CoordinationV1Api,
    CoreV1Api,
    KubeConfig,
    PatchStrategy,
    setHeaderOptions,
    StorageV1Api,
} from "@kubernetes/client-node";

/** Lists merge by their keys, so that a patch of some conditions keeps the others. */
export const mergeByKey = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

/** The API server, as the node reaches it. */
export class Kube {
    readonly config = new KubeConfig();
    readonly core: CoreV1Api;
    readonly coordination: CoordinationV1Api;
    readonly storage: StorageV1Api;

    constructor(kubeconfig: string) {
        this.config.loadFromFile(kubeconfig);
        this.core = this.config.makeApiClient(CoreV1Api);
        this.coordination = this.config.makeApiClient(CoordinationV1Api);
        this.storage = this.config.makeApiClient(StorageV1Api);
    }
}
