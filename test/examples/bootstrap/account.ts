import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { stringify } from "yaml";

import { type EngineOptions, preview, type RunResult, up } from "../../../rehearsal/engine/engine.ts";
import { type PropertyMap } from "../../../rehearsal/engine/values/property.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { awsProvider } from "../../../rehearsal/providers/aws/provider.ts";

/** The account that the rehearsal's AWS makes up. */
export const accountId = "123456789012";

export const repository = { name: "acme/airflow", ownerId: 1001, id: 2002 };

export const config = {
    accountId,
    region: "eu-central-1",
    repository,
    environments: [
        {
            name: "staging",
            cluster: "airflow-staging",
            zoneIds: ["Z9876543210ZYXWVUTSRQ", "ZSHARED"],
            previewByPullRequests: "staging holds no data of customers",
        },
        {
            name: "prod",
            cluster: "airflow-prod",
            zoneIds: ["Z0123456789ABCDEFGHIJ", "ZPRODINSIDE", "ZSHARED"],
            readByNight: "the default branch takes reviewed commits alone",
        },
    ],
};

/** A resource as the state keeps it. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly custom: boolean;
    readonly id?: string;
    readonly parent?: string;
    readonly protect?: boolean;
    readonly inputs: PropertyMap;
    readonly outputs?: PropertyMap;
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** The program of examples/bootstrap in an AWS that is recorded, with a folder of its own. */
export class Account {
    readonly folder: string;
    /** All that the last run has shown. */
    shown = "";

    private constructor(folder: string) {
        this.folder = folder;
    }

    static async open(): Promise<Account> {
        return new Account(await mkdtemp(join(tmpdir(), "airflow-linkerd-bootstrap-")));
    }

    close(): Promise<void> {
        return rm(this.folder, { recursive: true, force: true });
    }

    async up(given: Readonly<Record<string, unknown>> = config): Promise<RunResult> {
        return up(await this.#options(given));
    }

    async preview(given: Readonly<Record<string, unknown>> = config): Promise<RunResult> {
        return preview(await this.#options(given));
    }

    /** All resources of the last `up`. */
    async resources(): Promise<StateResource[]> {
        const text = await readFile(join(this.folder, "state", "account.json"), "utf8");
        return (JSON.parse(text) as { deployment: { resources: StateResource[] } }).deployment.resources;
    }

    async #options(given: Readonly<Record<string, unknown>>): Promise<EngineOptions> {
        this.shown = "";
        const configFile = join(this.folder, "Pulumi.account.yaml");
        const values = Object.entries(given).map(([key, value]) => [`airflow-linkerd-bootstrap:${key}`, value]);
        await writeFile(configFile, stringify({ config: Object.fromEntries(values) }));
        return {
            projectFolder: join(checkout, "examples", "bootstrap"),
            stack: "account",
            stateFolder: join(this.folder, "state"),
            configFile,
            binFolder: this.folder,
            providers: { aws: awsProvider },
            output: new Writable({
                write: (chunk: Buffer, _encoding, done) => {
                    this.shown += chunk.toString();
                    done();
                },
            }),
        };
    }
}
