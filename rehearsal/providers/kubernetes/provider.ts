import { parseAllDocuments } from "yaml";

import { type Plain, type PlainMap } from "../../engine/property.ts";
import { type ProviderFactory } from "../../engine/provider.ts";
import { helmReleases } from "../helm/release.ts";
import { Cluster } from "./cluster.ts";
import { kubernetesObjects, type Part } from "./objects.ts";
import { Settings } from "./settings.ts";

export const kubernetesProvider: ProviderFactory = (inputs, host) => {
    const settings = new Settings(inputs, host.projectFolder);
    const cluster = new Cluster(settings);
    const objects = kubernetesObjects(settings, cluster);
    const releases = helmReleases(settings, cluster, host);
    const part = (type: string): Part => (type === "kubernetes:helm.sh/v3:Release" ? releases : objects);
    return {
        recorded: false,
        check: (address, ...rest) => part(address.type).check(address, ...rest),
        diff: (request) => part(request.type).diff(request),
        create: (address, ...rest) => part(address.type).create(address, ...rest),
        update: (address, ...rest) => part(address.type).update(address, ...rest),
        delete: (address, ...rest) => part(address.type).delete(address, ...rest),
        read: (address, ...rest) => part(address.type).read(address, ...rest),
        secretOutputs: (type) => part(type).secretOutputs(type),
        async invoke(token, { text }) {
            if (token !== "kubernetes:yaml:decode") {
                throw new Error(`${token} is not supported here: only kubernetes:yaml:decode is`);
            }
            const documents = [...parseAllDocuments(String(text))];
            const broken = documents.flatMap(({ errors }) => errors)[0];
            if (broken) {
                throw new Error(`the manifest is not valid YAML: ${broken.message}`);
            }
            const objects = documents.map((each) => each.toJS() as PlainMap | null).filter((each) => each !== null);
            return { result: objects.flatMap((each) => (each.kind === "List" ? (each.items as Plain[]) : [each])) };
        },
    };
};
