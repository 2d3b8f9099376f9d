import assert from "node:assert/strict";

import { ProjectFolder } from "../../project.ts";
import { config, refuses } from "../../stack-file.ts";

const reason = "the warehouse that reports are made of";

const refusesMesh = (mesh: object, ...problems: string[]) => {
    refuses(
        problems.map((text) => `airflow-linkerd:mesh.${text}`),
        { mesh },
    );
};

describe("the config of who may call whom", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("enforces unless the stack asks for an audit, and opens nothing by itself", () => {
        const { policy, egress, frontDoor } = config({}).mesh;
        assert.deepEqual({ policy, egress, frontDoor }, { policy: "enforce", egress: [], frontDoor: undefined });
        assert.equal(config({ mesh: { policy: "audit" } }).mesh.policy, "audit");
    });

    it("refuses a mode that there is not", () => {
        refusesMesh({ policy: "enforced" }, 'policy is "enforced": it must be enforce or audit. Correct it.');
    });

    it("takes hosts and domains, for tasks over TLS unless it says otherwise", () => {
        const { egress } = config({ mesh: { egress: [{ hosts: ["api.example.com", "*.example.org"], reason }] } }).mesh;
        assert.deepEqual(egress, [{ hosts: ["api.example.com", "*.example.org"], port: 443, from: "tasks", reason }]);
    });

    it("takes what tasks may call in the cluster, with a reason", () => {
        const call = { namespace: "catalog", service: "catalog", labels: { app: "catalog" }, port: 8080, reason };
        assert.deepEqual(config({ mesh: { calls: [call] } }).mesh.calls, [call]);
        refusesMesh(
            { calls: [{ namespace: "catalog", labels: { app: "catalog" }, port: 8080 }] },
            'calls[0].reason is missing: it must be text. Write it as "the catalog of tables".',
        );
    });

    it("refuses calls to the platform's own namespaces, and to every pod of another", () => {
        refusesMesh(
            { calls: [{ namespace: "airflow", labels: { component: "pgbouncer" }, port: 6543, reason }] },
            'calls[0].namespace is "airflow": it is the platform\'s own, and what a task needs of it, every task may call ' +
                "already. Remove the entry, or name another namespace.",
        );
        refusesMesh(
            { calls: [{ namespace: "catalog", port: 8080, reason }] },
            "calls[0].labels is missing: it must be a map of the pods' labels. Write it as {app: catalog}.",
        );
    });

    const host = (value: string, rule: string) => {
        refusesMesh(
            { egress: [{ hosts: ["api.example.com", value], reason }] },
            `egress[0].hosts[1] is "${value}": ${rule}`,
        );
    };

    it("refuses the whole internet", () => {
        const rule = 'it would open the internet. Name hosts, or a domain as "*.example.com".';
        host("*", rule);
        host("*.com", rule);
    });

    it("refuses an address, whether of the cluster's own network or not", () => {
        const rule =
            "it is an address, and servers are told apart by the name in their certificate; addresses of the cluster's own " +
            "network are opened by no key. Name the host.";
        ["10.40.1.7", "172.20.0.1", "169.254.169.254", "93.184.215.14", "fd00::1"].forEach((address) => {
            host(address, rule);
        });
    });

    it("refuses an address of the web where a host belongs", () => {
        const rule =
            'it must be a host without "https://", port and path. Write it as "api.example.com", and its port beside it.';
        ["https://api.example.com", "api.example.com/v1", "api.example.com:443", "10.0.0.0/8"].forEach((value) => {
            host(value, rule);
        });
    });

    it("refuses what no name server would know", () => {
        const rule = 'it must be a DNS name in lower case, or a domain as "*.example.com". Correct it.';
        ["API.example.com", "api_.example.com", "api.*.com", "-.example.com", "localhost"].forEach((value) => {
            host(value, rule);
        });
    });

    it("refuses an entry without a host or a reason", () => {
        refusesMesh(
            { egress: [{ hosts: [], reason }] },
            "egress[0].hosts is an empty list: it must name a host. Add one, or remove the entry.",
        );
        refusesMesh(
            { egress: [{ hosts: ["api.example.com"], reason: "" }] },
            `egress[0].reason is "": it must not be empty. Write it as "${reason}".`,
        );
    });

    it("refuses a front door that would be every pod of its namespace", () => {
        refusesMesh(
            { frontDoor: { namespace: "ingress", serviceAccount: "ingress", labels: {} } },
            "frontDoor.labels is a map: it must have a label, or it would be every pod of the namespace. Write it as " +
                "{app: ingress}.",
        );
    });
});
