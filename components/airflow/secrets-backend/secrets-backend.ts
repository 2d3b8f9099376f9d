import type * as pulumi from "@pulumi/pulumi";

/** An Airflow secrets backend: a class that looks up connections and variables outside the metadata database. */
export interface LookupBackend<Text = pulumi.Input<string>> {
    /**
     * The class with its module, such as `airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend`.
     */
    readonly className: string;
    /** The arguments of the class, as JSON. They hold no secret. */
    readonly kwargs: Text;
}

/**
 * For the API server and the triggerer, which look up what tasks and triggers did not find themselves. Every task can ask
 * for everything in it by name.
 */
export function componentLookup(backend: LookupBackend<string> | undefined) {
    return environment("AIRFLOW__SECRETS__BACKEND", backend);
}

/** For a task's supervisor, which looks there before it asks the API server. */
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
