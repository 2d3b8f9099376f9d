import assert from "node:assert/strict";

import { type Egress } from "../../../../components/connection.ts";
import { connectionTable } from "../../../../stacks/connections.ts";
import { ProjectFolder } from "../../project.ts";
import { airflow, config, refuses } from "../../stack-file.ts";
import { eks } from "../cluster/eks-section.ts";

const zoneId = "Z0123456789ABCDEFGHIJ";
const acme = { kind: "acme", email: "platform@example.com", zoneId };
const aws = { accountId: "123456789012", region: "eu-central-1", name: "mine" };
const outside = { kind: "existing", kubeconfig: "kubeconfig" };

const stack = (entrance: object, more: object = {}) => ({
    cluster: { ...eks, nodes: { kind: "auto" } },
    airflow: { ...airflow, hostname: "airflow.example.com" },
    entrance: { kind: "gateway", certificate: acme, loadBalancer: { kind: "nlb" }, ...entrance },
    ...more,
});

/** What cert-manager may call, by the row's name. */
function mayCall(sections: Parameters<typeof config>[0]): Record<string, unknown> {
    const rows = connectionTable(config(sections)).egress.filter(
        ({ name, from }) => isOfCertManager(from) && name !== "kubernetes",
    );
    return Object.fromEntries(rows.map(({ name, to }) => [name, to.kind === "hosts" ? [to.hosts, to.port] : to]));
}

const isOfCertManager = (from: Egress["from"]) =>
    from.some((each) => each.kind === "workload" && each.namespace === "cert-manager");

describe("the config of the entrance's names and of their proof", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("has Let's Encrypt asked, which browsers trust, unless the stack names another authority", () => {
        assert.deepEqual(config(stack({})).entrance?.acme, {
            email: "platform@example.com",
            server: "https://acme-v02.api.letsencrypt.org/directory",
            zoneId,
        });
        const server = "https://acme.example.com:9443/acme/directory";
        assert.equal(config(stack({ certificate: { ...acme, server } })).entrance?.acme?.server, server);
    });

    it("makes records only where the stack says so", () => {
        assert.equal(config(stack({})).entrance?.recordsZoneId, undefined);
        assert.equal(config(stack({ dns: { kind: "manual" } })).entrance?.recordsZoneId, undefined);
        assert.equal(config(stack({ dns: { kind: "route53", zoneId } })).entrance?.recordsZoneId, zoneId);
    });

    it("opens cert-manager's way to the authority, to Route 53 and to credentials, and no other", () => {
        assert.deepEqual(mayCall(stack({})), {
            acme: [["acme-v02.api.letsencrypt.org"], 443],
            "acme-proof": [["route53.amazonaws.com", "sts.eu-central-1.amazonaws.com"], 443],
        });
        const server = "https://acme.example.com:9443/acme/directory";
        assert.deepEqual(mayCall(stack({ certificate: { ...acme, server } })).acme, [["acme.example.com"], 9443]);
        assert.deepEqual(mayCall(stack({ certificate: { kind: "private-ca" } })), {});
    });

    it("calls Route 53 where the account's partition has it", () => {
        const rows = (region: string) =>
            mayCall(stack({}, { cluster: { kind: "existing", kubeconfig: "kubeconfig", aws: { ...aws, region } } }))[
                "acme-proof"
            ];
        assert.deepEqual(rows("cn-north-1"), [["route53.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn"], 443]);
        assert.deepEqual(rows("us-gov-west-1"), [
            ["route53.us-gov.amazonaws.com", "sts.us-gov-west-1.amazonaws.com"],
            443,
        ]);
    });

    it("refuses what is no address of e-mail, of an authority or of a zone", () => {
        refuses(
            [
                'airflow-linkerd:entrance.certificate.email is "platform": it must be an e-mail address. Write it as ' +
                    '"platform@example.com".',
                'airflow-linkerd:entrance.certificate.server is "http://acme.example.com/directory": it must be the address of ' +
                    'an ACME directory, by TLS and by name. Write it as "https://acme-v02.api.letsencrypt.org/directory".',
                'airflow-linkerd:entrance.certificate.zoneId is "example.com": it must be the id of a hosted zone of Route 53. ' +
                    'Write it as "Z0123456789ABCDEFGHIJ".',
                'airflow-linkerd:entrance.dns.zoneId is "/hostedzone/Z1": it must be the id of a hosted zone of Route 53. Write ' +
                    'it as "Z0123456789ABCDEFGHIJ".',
            ],
            stack({
                certificate: {
                    ...acme,
                    email: "platform",
                    server: "http://acme.example.com/directory",
                    zoneId: "example.com",
                },
                dns: { kind: "route53", zoneId: "/hostedzone/Z1" },
            }),
        );
        refuses(
            ['airflow-linkerd:entrance.dns.kind is "cloudflare": it must be route53 or manual. Correct it.'],
            stack({ dns: { kind: "cloudflare" } }),
        );
    });

    it("refuses both where the cluster is not in AWS", () => {
        refuses(
            [
                'airflow-linkerd:entrance.certificate.kind is "acme": its proof is a record in Route 53, and cluster names no ' +
                    "account in AWS. Name it in cluster.aws, or use {kind: issuer} with an issuer of cert-manager's that you keep.",
            ],
            stack({ loadBalancer: { kind: "none" } }, { cluster: outside }),
        );
        refuses(
            [
                'airflow-linkerd:entrance.loadBalancer.kind is "nlb": that is in AWS, and cluster names no account there. Name ' +
                    "it in cluster.aws, or set the kind to service.",
                'airflow-linkerd:entrance.dns.kind is "route53": that is in AWS, and cluster names no account there. Name it in ' +
                    "cluster.aws, or set the kind to manual.",
            ],
            stack({ certificate: { kind: "private-ca" }, dns: { kind: "route53", zoneId } }, { cluster: outside }),
        );
    });

    it("refuses to prove by a cert-manager that is somebody else's", () => {
        refuses(
            [
                'airflow-linkerd:entrance.certificate.kind is "acme": cert-manager is somebody else\'s here ' +
                    "(existing.certManager), and the stack gives it no rights. Use {kind: issuer} with an issuer that its owner " +
                    "keeps.",
            ],
            stack(
                {},
                {
                    cluster: { kind: "existing", kubeconfig: "kubeconfig", aws },
                    existing: { certManager: { namespace: "certs" } },
                },
            ),
        );
    });

    it("refuses records where no load balancer of AWS is the stack's", () => {
        for (const kind of ["service", "none"]) {
            refuses(
                [
                    'airflow-linkerd:entrance.dns.kind is "route53": the records are aliases of a Network Load Balancer. Set ' +
                        "entrance.loadBalancer to {kind: nlb}, or the kind to manual and point the names to output entranceAddress.",
                ],
                stack({ loadBalancer: { kind }, dns: { kind: "route53", zoneId } }),
            );
        }
    });
});
