import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";

import { dump } from "js-yaml";

import { kubeconfig, ProjectFolder, server } from "../../project.ts";
import { cluster, config, refuses } from "../../stack-file.ts";

/** The kubeconfig with other credentials. */
function withUser(user: object, ofCluster: object = {}) {
    return JSON.stringify({
        ...kubeconfig,
        clusters: [{ name: "nearby", cluster: { ...server, ...ofCluster } }],
        users: [{ name: "me", user }],
    });
}

const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "get-a-token", interactiveMode: "Never" };

describe("a kubeconfig", () => {
    let project: ProjectFolder;
    const path = process.env.PATH;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        process.env.PATH = path;
        project.remove();
    });

    const refused = (rule: string, kubeconfigPath = "kubeconfig") => {
        refuses([`airflow-linkerd:cluster.kubeconfig is "${kubeconfigPath}": ${rule}`], {
            cluster: { ...cluster, kubeconfig: kubeconfigPath },
        });
    };
    const taken = (kubeconfigPath = "kubeconfig") => {
        const { cluster: read } = config({ cluster: { ...cluster, kubeconfig: kubeconfigPath } });
        assert.deepEqual([read.kind, read.name], ["existing", "nearby"]);
    };

    it("may be YAML with comments and an empty document, and have files beside it when it is the project's", () => {
        project.write("ca.crt", "");
        project.write(
            "kubeconfig",
            `---\n# made by a tool\n---\n${dump(JSON.parse(withUser({ token: "x" }, { "certificate-authority": "ca.crt" })))}`,
        );
        taken();
    });

    it("that names files from its own folder is refused, since the provider looks elsewhere, with how to inline them", () => {
        project.write("elsewhere/ca.crt", "");
        project.write("elsewhere/kubeconfig", withUser({}, { "certificate-authority": "ca.crt" }));
        refused(
            'its certificate-authority is "ca.crt", a path from the kubeconfig\'s own folder, and the provider looks from the project. Put the files\' content into the kubeconfig: "kubectl config view --raw --flatten --kubeconfig elsewhere/kubeconfig > inlined".',
            "elsewhere/kubeconfig",
        );
    });

    it("that names a file that is gone is refused", () => {
        project.write("kubeconfig", withUser({ "client-key": "/no/such/key" }));
        refused('its client-key is "/no/such/key", and there is no such file. Fetch the kubeconfig anew.');
    });

    it("in a list as the variable takes it is refused, with how to merge the files", () => {
        refused(
            'it is a list of files, as the variable KUBECONFIG takes, and one file is read here. Name the one with the context, or merge them: "KUBECONFIG=kubeconfig:other kubectl config view --raw --flatten > merged".',
            "kubeconfig:other",
        );
    });

    it("by the variable's name is refused", () => {
        refused(
            "variables are not replaced here. Write the path itself; it starts at the project, or with ~/.",
            "$KUBECONFIG",
        );
    });

    it("of several documents is refused, because all but one would be passed over", () => {
        project.write("kubeconfig", `${dump(kubeconfig)}---\n${dump(kubeconfig)}`);
        refused(
            'the file holds 2 documents of YAML, and all but the first would be passed over. Put each into a file of its own, and merge them: "KUBECONFIG=one:other kubectl config view --raw --flatten > merged".',
        );
    });

    it("that is a folder is refused, with the file that is probably meant", () => {
        mkdirSync(".kube");
        refused('it is a folder. Name the file in it, such as ".kube/config".', ".kube");
    });

    it("whose user is not described is refused", () => {
        project.write("kubeconfig", JSON.stringify({ ...kubeconfig, users: [] }));
        refused('its context "here" is of user "me", which the file does not describe. Fetch the file anew.');
    });

    it("that logs in by a command is taken where that is on the PATH, and refused with the kubeconfig's hint where not", () => {
        project.write("kubeconfig", withUser({ exec: { ...exec, installHint: "Install it\nfrom example.com" } }));
        refused(
            'it logs in by the command "get-a-token", which is not on the PATH here. Install it, or name a kubeconfig that logs in another way. The kubeconfig says: Install it from example.com',
        );
        project.write("bin/get-a-token", "#!/bin/sh\n");
        process.env.PATH = `${process.cwd()}/bin`;
        refused(
            'it logs in by the command "get-a-token", which is not on the PATH here. Install it, or name a kubeconfig that logs in another way. The kubeconfig says: Install it from example.com',
        );
        chmodSync("bin/get-a-token", 0o755);
        taken();
    });

    it("whose command is named from its own folder is refused", () => {
        project.write("elsewhere/bin/login", "#!/bin/sh\n");
        chmodSync("elsewhere/bin/login", 0o755);
        project.write("elsewhere/kubeconfig", withUser({ exec: { ...exec, command: "bin/login" } }));
        refused(
            'its plugin "bin/login" is named from the kubeconfig\'s own folder, and the provider looks from the project. Write its whole path.',
            "elsewhere/kubeconfig",
        );
    });

    it("whose command asks people, or speaks what nobody understands any more, is refused", () => {
        process.env.PATH = `${process.cwd()}/bin`;
        project.write("bin/get-a-token", "#!/bin/sh\n");
        chmodSync("bin/get-a-token", 0o755);
        project.write("kubeconfig", withUser({ exec: { ...exec, interactiveMode: "Always" } }));
        refused(
            'its plugin "get-a-token" asks people something at each use, and nobody is asked during a deployment. Use credentials that need no answer.',
        );
        project.write(
            "kubeconfig",
            withUser({ exec: { ...exec, apiVersion: "client.authentication.k8s.io/v1alpha1" } }),
        );
        refused(
            'its plugin speaks client.authentication.k8s.io/v1alpha1, which client libraries no longer do. Have the kubeconfig written anew by a newer "get-a-token"; it must say client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1.',
        );
    });

    it("that logs in by what client libraries once had built in is refused", () => {
        project.write("kubeconfig", withUser({ "auth-provider": { name: "gcp" } }));
        refused(
            "it logs in by auth-provider gcp, which client libraries no longer have. Use gke-gcloud-auth-plugin, and fetch it anew.",
        );
    });
});
