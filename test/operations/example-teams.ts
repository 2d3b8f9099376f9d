import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { checkout } from "../../rehearsal/place.ts";

type Sections = Record<string, Record<string, unknown>>;

/** Two teams of a production stack, the second with no more than it must have. */
export const exampleTeams = [
    {
        name: "billing",
        owners: ["#billing"],
        dags: { kind: "git", repository: "https://git.example.com/billing.git", ref: "main" },
    },
    {
        name: "analytics",
        owners: ["ann@example.com", "#analytics"],
        groups: { viewer: ["analysts"], author: ["analytics-authors"], operator: ["analytics-leads"] },
        machines: [{ name: "nightly", clientId: "analytics-ci", dags: ["report"] }],
        dags: { kind: "git", repository: "https://git.example.com/analytics.git", ref: "v1", path: "dags" },
        aws: {
            read: ["example-data/sales"],
            write: ["example-data/reports"],
            secretsPath: "airflow-prod/teams/analytics",
            statements: [{ sid: "ReadCatalog", actions: ["glue:GetTable"], resources: ["*"] }],
            allowWildcard: "the catalog has no ARNs of its own",
        },
        egress: [{ hosts: ["*.example.com"], reason: 'the <warehouse> & its "lake"' }],
        calls: [{ namespace: "catalog", labels: { app: "catalog" }, port: 8080, serviceAccount: "catalog" }],
        launchPods: true,
    },
];

/** The file of the production example with these teams, in a folder of its own. */
export class ExampleTeamsFile {
    readonly folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-teams-"));
    readonly file = join(this.folder, "Pulumi.prod.yaml");

    constructor(change: (sections: Sections) => void = () => undefined) {
        const { config } = parse(readFileSync(join(checkout, "Pulumi.prod.example.yaml"), "utf8")) as {
            config: Sections;
        };
        delete config["airflow-linkerd:airflow"]?.dagBundles;
        const sections = { ...config, "airflow-linkerd:teams": exampleTeams } as unknown as Sections;
        Object.assign(sections["airflow-linkerd:login"] ?? {}, {
            machineAudience: "https://airflow.example.com",
            kubectl: { clientId: "kubectl" },
        });
        change(sections);
        writeFileSync(this.file, JSON.stringify({ config: sections }));
    }

    remove(): void {
        rmSync(this.folder, { recursive: true });
    }
}
