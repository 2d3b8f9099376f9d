import { rmSync } from "node:fs";
import { join } from "node:path";

import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import writeFileAtomic from "write-file-atomic";

import { authoritySecret, entranceNamespace, gatewayName } from "../../components/entrance/names.ts";
import { findLocalhostNames } from "../../components/https/localhost-names.ts";
import { believe, peoplesAuthorityFile } from "../cluster/peoples-authority.ts";
import { addressOf, entranceAddressOf, readPorts } from "../cluster/ports.ts";
import { type Place } from "../place.ts";

/** By which people come to a place's Airflow. */
export interface AirflowDoor {
    readonly address: string;
    /** The certificate of the authority that signed Airflow's. Undefined without an entrance, or where it has none of its own. */
    readonly authorityFile?: string;
}

/** Where people find the authority's certificate, which is there once the stack with its entrance is. */
export function airflowAuthorityFile(at: Place): string {
    return join(at.root, "airflow-ca.crt");
}

/**
 * The door of what is deployed: the entrance where the stack has one, else Airflow's own port. Writes the file of its
 * authority, or takes away that of an entrance that is gone. Undefined in a place that was never started.
 *
 * @throws when the cluster does not answer.
 */
export async function airflowDoor(at: Place): Promise<AirflowDoor | undefined> {
    const { airflow, entrance } = readPorts(at);
    if (airflow === undefined || entrance === undefined) {
        return undefined;
    }
    const config = new KubeConfig();
    config.loadFromFile(at.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const [services, secrets] = await Promise.all([
        core.listNamespacedService(only(gatewayName)),
        core.listNamespacedSecret(only(authoritySecret)),
    ]);
    const authority = secrets.items[0]?.data?.["ca.crt"];
    const authorityFile = airflowAuthorityFile(at);
    if (services.items.length === 0 || authority === undefined) {
        forgetAirflowAuthority(at);
        return { address: services.items.length === 0 ? addressOf(airflow) : entranceAddressOf(entrance) };
    }
    writeFileAtomic.sync(authorityFile, Buffer.from(authority, "base64"), { mode: 0o644 });
    return { address: entranceAddressOf(entrance), authorityFile };
}

/** Nobody is to go on trusting what is gone. */
export function forgetAirflowAuthority(at: Place): void {
    rmSync(airflowAuthorityFile(at), { force: true });
}

/** Has this process come by the door and by the login behind it: it finds the one's name, and believes both. */
export function comeBy(at: Place, { authorityFile }: AirflowDoor): void {
    findLocalhostNames();
    for (const file of [peoplesAuthorityFile(at), authorityFile]) {
        if (file !== undefined) {
            believe(file);
        }
    }
}

const only = (name: string) => ({ namespace: entranceNamespace, fieldSelector: `metadata.name=${name}` });
