import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { checkout } from "../../../rehearsal/place.ts";
import { checkedConfig, type PlatformConfig } from "../../../stacks/config.ts";
import { kubeconfig, mirrorFiles, ProjectFolder } from "../../stacks/project.ts";

/** The checked config of a stack whose file the repository has, with texts in the place of secrets and of what a place fills in. */
export async function exampleStack(
    stack: string,
    change: (sections: Record<string, Record<string, unknown>>) => void = () => undefined,
): Promise<PlatformConfig> {
    const { config } = parse(await readFile(join(checkout, `Pulumi.${stack}.yaml`), "utf8")) as {
        config: Record<string, Record<string, unknown>>;
    };
    const open = JSON.parse(JSON.stringify(config), (_key, value: unknown) =>
        typeof value === "object" && value !== null && "secure" in value ? "a secret" : value,
    ) as typeof config;
    const sections = Object.fromEntries(
        Object.entries(open).map(([key, section]) => [key.split(":")[1] ?? "", section]),
    );
    const { airflow } = sections;
    if (airflow?.hostname === undefined) {
        sections.airflow = { url: "https://airflow.localhost:8443", ...airflow };
    }
    sections.login = { issuer: "http://127.0.0.1:9080", clientSecret: "a secret", ...sections.login };
    change(sections);
    const project = new ProjectFolder();
    try {
        project.write(".rehearsal/kubeconfig", JSON.stringify(kubeconfig));
        mirrorFiles.forEach((file) => project.write(`rehearsal/charts/${file}`, ""));
        return checkedConfig({
            stack,
            values: Object.fromEntries(Object.entries(sections).map(([key, value]) => [key, JSON.stringify(value)])),
            secretKeys: new Set(Object.keys(sections)),
        });
    } finally {
        project.remove();
    }
}
