import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pythonEnvironment } from "../../rehearsal/airflow/python-environment.ts";
import { kubernetesManifests } from "./kubernetes-manifests.ts";
import { type ScannedResource } from "./scanned-resource.ts";
import { addressOf, terraformPlan } from "./terraform-plan.ts";

/** A check that a resource did not pass. */
export interface Finding {
    readonly resource: ScannedResource;
    /** Such as `CKV_AWS_18`. */
    readonly check: string;
    /** What the check wants, in checkov's words. */
    readonly wants: string;
}

export interface Scan {
    readonly findings: readonly Finding[];
    /** How many checks passed, so that a scan that looked at nothing is seen. */
    readonly passed: number;
}

interface Report {
    readonly results: {
        readonly failed_checks: readonly {
            readonly check_id: string;
            readonly check_name: string;
            readonly resource: string;
            readonly file_path: string;
        }[];
    };
    readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

/** Runs checkov, from PyPI, over AWS resources as a Terraform plan and over Kubernetes objects as manifests. */
export async function scan(resources: readonly ScannedResource[], progress: (line: string) => void): Promise<Scan> {
    const requirements = join(import.meta.dirname, "requirements.txt");
    const bin = await pythonEnvironment({ what: "checkov", folder: "checkov", requirements, progress });
    const folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-scan-"));
    try {
        const manifests = kubernetesManifests(resources);
        await writeFile(join(folder, "plan.json"), JSON.stringify(terraformPlan(resources)));
        await Promise.all(
            manifests.map(({ manifest }, index) => writeFile(join(folder, `${index}.yaml`), JSON.stringify(manifest))),
        );
        const byAddress = new Map(
            resources.filter(({ type }) => type.startsWith("aws:")).map((resource) => [addressOf(resource), resource]),
        );
        const reports = await run(join(bin, "checkov"), folder);
        if (reports.some(({ summary }) => summary.parsing_errors > 0)) {
            throw new Error("checkov could not read all that it was given");
        }
        const findings = reports.flatMap(({ results }) =>
            results.failed_checks.map(({ check_id: check, check_name: wants, resource: name, file_path: file }) => {
                const resource = byAddress.get(name) ?? manifests[Number(/^\/(\d+)\.yaml$/.exec(file)?.[1])]?.resource;
                if (resource === undefined) {
                    throw new Error(`checkov found something at ${name} of ${file}, which it was not given`);
                }
                return { resource, check, wants };
            }),
        );
        return { findings, passed: reports.reduce((sum, { summary }) => sum + summary.passed, 0) };
    } finally {
        await rm(folder, { recursive: true });
    }
}

function run(checkov: string, folder: string): Promise<Report[]> {
    // Nothing is fetched and nothing sent: its own checks, without its service.
    const args = ["--directory", folder, "--framework", "terraform_plan", "kubernetes", "--skip-download"];
    const output = ["--output", "json", "--quiet", "--compact"];
    return new Promise((resolve, reject) => {
        execFile(checkov, [...args, ...output], { maxBuffer: 1 << 28 }, (error, said, complained) => {
            // 1 says that there are findings.
            if (error !== null && error.code !== 1) {
                reject(new Error(`checkov ended with ${String(error.code)}:\n${complained}`));
                return;
            }
            try {
                resolve([JSON.parse(said) as Report | Report[]].flat());
            } catch {
                reject(new Error(`checkov gave no report:\n${said}\n${complained}`));
            }
        });
    });
}
