import { type ChartValues } from "../../../chart-values.ts";
import { images as table, type ImageSource, published, repositoryOf } from "../../../images.ts";
import { karpenterAccount } from "./karpenter-rights.ts";

/** What the values of Karpenter's chart depend on. */
export interface KarpenterSettings {
    readonly clusterName: string;
    readonly queueName: string;
    /** Where images come from. Defaults to where each is published. */
    readonly images?: ImageSource | undefined;
}

/** Values of Karpenter's chart. Its own keep its two replicas apart, and off the nodes that it makes. */
export function karpenterValues({ clusterName, queueName, images = published }: KarpenterSettings): ChartValues {
    return {
        serviceAccount: { create: true, name: karpenterAccount.name },
        settings: { clusterName, interruptionQueue: queueName },
        controller: {
            // What its makers recommend. A controller that is killed for memory adds no node meanwhile.
            resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
            ...controllerImage(images),
        },
    };
}

/** The chart names the image by tag and digest, so a mirror has both to give. */
function controllerImage(source: ImageSource): ChartValues {
    const digest = source.digests.karpenter;
    return source.mirror === undefined && digest === undefined
        ? {}
        : {
              image: {
                  repository: repositoryOf("karpenter", source),
                  tag: table.karpenter.tag,
                  ...(digest === undefined ? {} : { digest }),
              },
          };
}
