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

/** Which backend each part of Airflow uses, with the credentials of its own pod. */
export interface SecretsBackend<Text = pulumi.Input<string>> {
    /**
     * The backend of the API server and the triggerer, for tasks and triggers that found nothing themselves. Every task
     * can ask for everything in it by name.
     */
    readonly components?: LookupBackend<Text> | undefined;
    /** The backend of each task, which it uses before it asks the API server. */
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
