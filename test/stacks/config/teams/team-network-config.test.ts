import assert from "node:assert/strict";

import { ProjectFolder } from "../../project.ts";
import { refusesStack, refusesTeam, team, analytics } from "./team-entry.ts";

const reason = "the warehouse";

describe("the config of whom a team's tasks may call", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("takes hosts and domains, over TLS unless it says otherwise", () => {
        const hosts = ["api.example.com", "*.example.org"];
        assert.deepEqual(team({ egress: [{ hosts, reason }] })?.egress, [{ hosts, port: 443, reason }]);
    });

    const host = (value: string, rule: string) => {
        refusesTeam(
            { egress: [{ hosts: ["api.example.com", value], reason }] },
            `egress[0].hosts[1] is "${value}": ${rule}`,
        );
    };

    it("refuses the whole internet", () => {
        ["*", "*.com"].forEach((value) => {
            host(value, 'it would open the internet. Name hosts, or a domain as "*.example.com".');
        });
    });

    it("refuses an address, whether of the cluster's own network or not", () => {
        ["10.40.1.7", "172.20.0.1", "169.254.169.254", "93.184.215.14", "fd00::1"].forEach((value) => {
            host(
                value,
                "it is an address, and servers are told apart by the name in their certificate; addresses of the cluster's own network are opened by no key. Name the host.",
            );
        });
    });

    it("refuses an address of the web where a host belongs", () => {
        ["https://api.example.com", "api.example.com/v1", "api.example.com:443", "10.0.0.0/8"].forEach((value) => {
            host(
                value,
                'it must be a host without "https://", port and path. Write it as "api.example.com", and its port beside it.',
            );
        });
    });

    it("refuses to open a host without a reason, or for others than the team", () => {
        refusesTeam(
            { egress: [{ hosts: ["api.example.com"] }] },
            'egress[0].reason is missing: it must be text. Write it as "the warehouse that reports are made of".',
        );
        refusesTeam(
            { egress: [{ hosts: ["api.example.com"], from: "api-server", reason }] },
            "egress[0].from is no key that exists; there are hosts, port, reason. Remove it.",
        );
    });

    it("refuses a call that would open a whole namespace", () => {
        refusesTeam(
            { calls: [{ namespace: "catalog", service: "catalog", serviceAccount: "catalog", port: 8080 }] },
            "calls[0].labels is missing: it must be a map of the pods' labels. Write it as {app: catalog}.",
        );
        refusesTeam(
            { calls: [{ namespace: "catalog", labels: {}, port: 8080 }] },
            "calls[0].labels is a map: it must have a label, or it would be every pod of the namespace. Write it as {app: catalog}.",
        );
    });

    for (const namespace of ["airflow", "linkerd", "linkerd-viz", "cert-manager", "kube-system"]) {
        it(`refuses a call into ${namespace}, which is the platform's`, () => {
            refusesTeam(
                { calls: [{ namespace, labels: { app: "anything" }, port: 8080 }] },
                `calls[0].namespace is "${namespace}": it is the platform's own, and what a task needs of it, every task may call already. Remove the entry, or name another namespace.`,
            );
        });
    }

    it("refuses a call of another team's tasks, and of its own", () => {
        ["team-analytics", "team-sales", "airflow-tasks"].forEach((namespace) => {
            refusesTeam(
                { calls: [{ namespace, labels: { app: "anything" }, port: 8080 }] },
                `calls[0].namespace is "${namespace}": tasks run in it, and nothing calls a task's pod. Put what is called into a namespace of its own.`,
            );
        });
    });

    it("refuses a port that there is not", () => {
        const call = { namespace: "catalog", labels: { app: "catalog" } };
        refusesTeam(
            { calls: [call, { ...call, port: 65536 }] },
            "calls[0].port is missing: it must be a whole number. HTTPS's is 443.",
            "calls[1].port is 65536: it must be a port from 1 to 65535. HTTPS's is 443.",
        );
    });

    it("refuses a front door where tasks run", () => {
        const at = (namespace: string) => ({
            mesh: { frontDoor: { namespace, serviceAccount: "ingress", labels: { app: "ingress" } } },
        });
        refusesStack({ ...at("team-analytics"), teams: [analytics] }, [
            'mesh.frontDoor.namespace is "team-analytics": it is the namespace of teams[0], and any task there could pass for the front door. Put the ingress elsewhere.',
        ]);
        refusesStack(at("airflow-tasks"), [
            'mesh.frontDoor.namespace is "airflow-tasks": it is where the tasks of a stack without teams run, and any task there could pass for the front door. Put the ingress elsewhere.',
        ]);
    });
});
