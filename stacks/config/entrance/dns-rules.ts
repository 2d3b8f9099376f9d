import { type Problem } from "../../../components/problem.ts";
import { ClusterKind } from "../cluster/cluster-schema.ts";
import { type ParsedConfig } from "../schema.ts";
import { CertificateKind } from "./certificate-schema.ts";
import { DnsKind } from "./dns-schema.ts";
import { LoadBalancerKind, type ParsedGateway } from "./entrance-schema.ts";

/** What the stack would have to do in Route 53 or by cert-manager, and cannot. */
export function dnsProblems(
    { certificate, dns, loadBalancer }: ParsedGateway,
    { cluster, existing }: Pick<ParsedConfig, "cluster" | "existing">,
): Problem[] {
    const outsideAws = cluster.kind === ClusterKind.existing && cluster.aws === undefined;
    const problem = (path: readonly string[], value: unknown, rule: string): Problem => ({
        path: ["entrance", ...path],
        value,
        rule,
    });
    const proof = ["certificate", "kind"];
    const byAcme = certificate.kind === CertificateKind.acme;
    const byRoute53 = dns.kind === DnsKind.route53;
    return [
        ...(byAcme && outsideAws
            ? [
                  problem(
                      proof,
                      certificate.kind,
                      "its proof is a record in Route 53, and cluster names no account in AWS. Name it in cluster.aws, or use " +
                          "{kind: issuer} with an issuer of cert-manager's that you keep.",
                  ),
              ]
            : []),
        ...(byAcme && existing.certManager !== undefined
            ? [
                  problem(
                      proof,
                      certificate.kind,
                      "cert-manager is somebody else's here (existing.certManager), and the stack gives it no rights. Use " +
                          "{kind: issuer} with an issuer that its owner keeps.",
                  ),
              ]
            : []),
        ...(byRoute53 && outsideAws
            ? [
                  problem(
                      ["dns", "kind"],
                      dns.kind,
                      "that is in AWS, and cluster names no account there. Name it in cluster.aws, or set the kind to manual.",
                  ),
              ]
            : []),
        ...(byRoute53 && loadBalancer.kind !== LoadBalancerKind.nlb
            ? [
                  problem(
                      ["dns", "kind"],
                      dns.kind,
                      "the records are aliases of a Network Load Balancer. Set entrance.loadBalancer to {kind: nlb}, or the kind " +
                          "to manual and point the names to output entranceAddress.",
                  ),
              ]
            : []),
    ];
}

/** What of that the stack makes. */
export function dnsConfig({ certificate, dns }: ParsedGateway) {
    return {
        /** From whom the certificate comes, and where its proof is. */
        acme:
            certificate.kind === CertificateKind.acme
                ? { email: certificate.email, server: certificate.server, zoneId: certificate.zoneId }
                : undefined,
        /** The zone that gets the names' records. */
        recordsZoneId: dns.kind === DnsKind.route53 ? dns.zoneId : undefined,
    };
}
