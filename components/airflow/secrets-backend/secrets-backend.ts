import type * as pulumi from "@pulumi/pulumi";

/** A class of Airflow's that finds connections and variables somewhere else than in the metadata database. */
export interface LookupBackend<Text = pulumi.Input<string>> {
    /** The class with its module, such as `airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend`. */
    readonly className: string;
    /** What the class is made with, as JSON. It holds no secret. */
    readonly kwargs: Text;
}

/** Who asks which one, each under the account of its own pod. */
export interface SecretsBackend<Text = pulumi.Input<string>> {
    /**
     * The API server and the triggerer, for tasks and triggers that found nothing themselves. What it finds, every task
     * may ask for by name.
     */
    readonly components?: LookupBackend<Text> | undefined;
    /** Each task, before it asks the API server. */
    readonly tasks?: LookupBackend<Text> | undefined;
}

export function componentLookup(backend: LookupBackend<string> | undefined) {
    return environment("AIRFLOW__SECRETS__BACKEND", backend);
}

export function taskLookup(backend: LookupBackend<string> | undefined) {
    return environment("AIRFLOW__WORKERS__SECRETS_BACKEND", backend);
}

function environment(name: string, backend: LookupBackend<string> | undefined) {
    return backend === undefined
        ? []
        : [
              { name, value: backend.className },
              { name: `${name}_KWARGS`, value: backend.kwargs },
          ];
}
