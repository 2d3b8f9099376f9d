import { AllowCaller, type PlatformReference } from "../../../components/index.ts";

/** One team's tasks may read from the catalog, and nobody else may call it. */
export function allowAnalytics(platform: PlatformReference): AllowCaller {
    return new AllowCaller("catalog", {
        workload: { name: "catalog", namespace: "catalog", labels: { app: "catalog" }, service: "catalog" },
        port: 8080,
        callers: [platform.team("analytics")],
        requests: [{ methods: ["GET"], path: { below: "/products" } }],
        probePaths: ["/ready"],
        reason: "Reports name the products",
    });
}
