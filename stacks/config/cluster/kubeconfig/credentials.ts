import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

import { type ClusterEntry, expanded, type UserEntry } from "./file.ts";

/** Keys of a kubeconfig that name files. */
const fileKeys = ["certificate-authority", "client-certificate", "client-key", "tokenFile"] as const;

/** Login that client libraries once had built in, and where it went. */
const builtInOnce: Readonly<Record<string, string>> = {
    gcp: "gke-gcloud-auth-plugin",
    azure: "kubelogin convert-kubeconfig",
};

const execVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** Why a context's credentials cannot be used from here, each with the way out. Shows no credential. */
export function credentialProblems(path: string, cluster: ClusterEntry, user: UserEntry): string[] {
    return [...fileProblems(path, { ...cluster, ...user }), ...execProblems(path, user), ...legacyProblems(user)];
}

/** Pulumi's provider reads the kubeconfig's text, and looks for files that it names from the project. */
function fileProblems(path: string, entry: ClusterEntry & UserEntry): string[] {
    const folder = dirname(resolve(expanded(path)));
    return fileKeys.flatMap((key) => {
        const file = entry[key];
        if (typeof file !== "string" || file === "") {
            return [];
        }
        const here = resolve(file);
        const meant = resolve(folder, file);
        if (!isAbsolute(file) && meant !== here) {
            return [
                `its ${key} is "${file}", a path from the kubeconfig's own folder, and the provider looks from the ` +
                    `project. Put the files' content into the kubeconfig: "kubectl config view --raw --flatten ` +
                    `--kubeconfig ${path} > inlined".`,
            ];
        }
        return existsSync(meant)
            ? []
            : [`its ${key} is "${file}", and there is no such file. Fetch the kubeconfig anew.`];
    });
}

function execProblems(path: string, { exec }: UserEntry): string[] {
    if (exec === undefined || exec === null) {
        return [];
    }
    const command = typeof exec.command === "string" ? exec.command : "";
    const version = String(exec.apiVersion);
    return [
        ...(execVersions.includes(version)
            ? []
            : [
                  `its plugin speaks ${version}, which client libraries no longer do. Have the kubeconfig written anew by a ` +
                      `newer "${command}"; it must say ${execVersions.join(" or ")}.`,
              ]),
        ...(exec.interactiveMode === "Always"
            ? [
                  `its plugin "${command}" asks people something at each use, and nobody is asked during a deployment. Use ` +
                      "credentials that need no answer.",
              ]
            : []),
        ...(command !== "" && isCommand(command) ? [] : [missing(path, command, exec.installHint)]),
    ];
}

function missing(path: string, command: string, hint: unknown): string {
    const inFolder =
        command.includes("/") && !isAbsolute(command) && isExecutable(join(dirname(expanded(path)), command));
    if (inFolder) {
        return (
            `its plugin "${command}" is named from the kubeconfig's own folder, and the provider looks from the project. ` +
            "Write its whole path."
        );
    }
    const advice = typeof hint === "string" && hint.trim() !== "" ? ` The kubeconfig says: ${oneLine(hint)}` : "";
    return (
        `it logs in by the command "${command}", which is not on the PATH here. Install it, or name a kubeconfig that ` +
        `logs in another way.${advice}`
    );
}

function legacyProblems({ "auth-provider": provider }: UserEntry): string[] {
    const name = String(provider?.name ?? "");
    const now = builtInOnce[name];
    return now === undefined
        ? []
        : [
              `it logs in by auth-provider ${name}, which client libraries no longer have. Use ${now}, and fetch it anew.`,
          ];
}

/** As a shell finds it: by its path, or on the PATH. */
function isCommand(command: string): boolean {
    return command.includes("/")
        ? isExecutable(resolve(command))
        : (process.env.PATH ?? "").split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

function oneLine(text: string): string {
    return text.trim().replace(/\s+/g, " ").slice(0, 200);
}
