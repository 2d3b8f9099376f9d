import { type ChartValues } from "../chart-values.ts";
import { type ImageSource, published, repositoryOf } from "../images.ts";

/** Where the proxies of a stack come from that gives Linkerd's chart these values, without the tag. */
export function proxyImage(chartValues: ChartValues | undefined, images: ImageSource = published): string {
    const { image } = (chartValues?.proxy ?? {}) as { readonly image?: { readonly name?: unknown } };
    return typeof image?.name === "string" ? image.name : repositoryOf("linkerdProxy", images);
}
