import { AirflowNamespace, inboundPolicy, type Linkerd, PolicyMode } from "../../../components/index.ts";

/** Airflow's namespace, after the mesh: a pod that starts before the injector has no proxy. */
export function airflowNamespace(linkerd: Linkerd): AirflowNamespace {
    return new AirflowNamespace(
        "airflow",
        { inboundPolicy: inboundPolicy(PolicyMode.enforce) },
        { dependsOn: [linkerd] },
    );
}
