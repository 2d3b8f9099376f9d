import { type ChartValues } from "../chart-values.ts";

/** Where Linkerd's chart takes its proxies from, without the tag. */
const official = "cr.l5d.io/linkerd/proxy";

/** Where the proxies of a stack come from that gives Linkerd's chart these values. */
export function proxyImage(chartValues: ChartValues | undefined): string {
    const { image } = (chartValues?.proxy ?? {}) as { readonly image?: { readonly name?: unknown } };
    return typeof image?.name === "string" ? image.name : official;
}
