import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

import { namespaceName } from "../../components/airflow/names.ts";
import { loginObjects } from "../../components/identity/login-values.ts";

/** Whom the deployed login names for people who lack a role, or undefined in a stack without a login. */
export async function loginContact(kubeconfig: string): Promise<string | undefined> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { name, key } = loginObjects.settings;
    const core = config.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespacedConfigMap({
        namespace: namespaceName,
        fieldSelector: `metadata.name=${name}`,
    });
    const settings = items[0]?.data?.[key];
    return settings === undefined ? undefined : (JSON.parse(settings) as { contact: string }).contact;
}
