import { type Sample } from "./prometheus-text.ts";

/** A pod with a proxy, as far as the rows of the connection table tell pods apart. */
export interface MeshedPod {
    readonly namespace: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
}

/** What one pod's proxy has counted since it started. */
export interface ProxyScrape {
    readonly pod: MeshedPod;
    readonly samples: readonly Sample[];
}

/** A scrape as it came from the proxy. */
export interface RawScrape {
    readonly pod: MeshedPod;
    /** In Prometheus' format. */
    readonly text: string;
}
