import { type ProviderFactory } from "../../engine/plugins/provider.ts";
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
        async invoke(token) {
            throw new Error(`${token} is not supported here: register the objects themselves`);
        },
    };
};
