import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { chartFile, charts, envoyGatewayDefinitions, gatewayApi } from "../../components/charts.ts";

/** The cluster of the kubeconfig. */
export const server = { server: "https://127.0.0.1:6443" };

/** A kubeconfig with one context. */
export const kubeconfig = {
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "nearby", user: "me" } }],
    clusters: [{ name: "nearby", cluster: server }],
    users: [{ name: "me", user: { token: "hunter2" } }],
};

/** All that a mirror must hold. */
export const mirrorFiles = [
    ...Object.values(charts).map((chart) => chartFile(chart)),
    envoyGatewayDefinitions.file,
    gatewayApi.file,
];

/** A folder of its own for each test, as the working directory, as Pulumi's is the project. */
export class ProjectFolder {
    readonly #before = process.cwd();
    readonly #folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-project-"));

    constructor() {
        process.chdir(this.#folder);
        this.write("kubeconfig", JSON.stringify(kubeconfig));
    }

    write(name: string, content: string): void {
        const file = join(this.#folder, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
    }

    remove(): void {
        process.chdir(this.#before);
        rmSync(this.#folder, { recursive: true });
    }
}
