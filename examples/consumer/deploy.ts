import { AllowCaller, PlatformReference, type TeamCall } from "../../components/index.ts";
import { Catalog } from "./catalog.ts";
import { CatalogNamespace } from "./catalog-namespace.ts";

export interface CatalogConfig {
    /** The platform's stack, with organization and project. */
    readonly platformStack: string;
    /** The one team whose tasks may call. */
    readonly team: string;
}

/** The catalog, beside a platform that is there. Its policies come before its pods, which nobody calls without them. */
export function deployCatalog({ platformStack, team }: CatalogConfig): { readonly teamCall: TeamCall } {
    const platform = new PlatformReference("platform", { stack: platformStack });

    const home = new CatalogNamespace("catalog-namespace");

    const allow = new AllowCaller(
        "catalog-callers",
        {
            workload: {
                name: "catalog",
                namespace: "catalog",
                labels: { app: "catalog" },
                service: "catalog",
                serviceAccount: "catalog",
            },
            port: 8080,
            callers: [platform.team(team)],
            requests: [{ methods: ["GET"], path: { below: "/products" } }],
            probePaths: ["/ready"],
            reason: "Reports name the products that were sold",
        },
        { dependsOn: [home] },
    );

    new Catalog("catalog", { namespace: home.namespace }, { dependsOn: [allow] });

    // What the platform's operators put into `calls` of the team.
    return { teamCall: allow.teamCall };
}
