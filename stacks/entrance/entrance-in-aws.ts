import type * as pulumi from "@pulumi/pulumi";

import { AcmeIssuer } from "../../components/entrance/dns/acme-issuer.ts";
import { EntranceRecords, type EntranceRecordsArgs } from "../../components/entrance/dns/entrance-records.ts";
import { HostedZone } from "../../components/entrance/dns/hosted-zone.ts";
import { entranceNamespace, proofAccount } from "../../components/entrance/names.ts";
import { WorkloadRole } from "../../components/identity/roles/workload-role.ts";
import { certManager } from "../../components/mesh/connections/workloads.ts";
import { proofsOf } from "./acme-proof.ts";
import type { AwsFoundation } from "../foundation/aws-foundation.ts";
import type { PlatformConfig } from "../config.ts";

type Entrance = NonNullable<PlatformConfig["entrance"]>;

/** Has an ACME authority asked, with a role that may prove the entrance's names and nothing else. */
export function acmeIssuerIn(
    { account, provider, tokenBinding, permissionsBoundary, namePrefix }: AwsFoundation,
    entrance: Entrance,
    { server, email, zoneId }: NonNullable<Entrance["acme"]>,
    namespace: pulumi.Input<string>,
    opts: pulumi.ComponentResourceOptions,
): AcmeIssuer {
    const inAws = { providers: [provider] };
    const { hostnames } = entrance;

    const zone = new HostedZone(
        "entrance-proof-zone",
        {
            path: ["entrance", "certificate", "zoneId"],
            zoneId,
            hostnames,
            publicBecause: "the authority cannot ask it",
        },
        inAws,
    );

    const role = new WorkloadRole(
        "entrance-proof",
        {
            binding: tokenBinding,
            serviceAccount: { namespace: entranceNamespace, name: proofAccount },
            permissionsBoundary,
            policies: { proof: proofsOf(entrance, account) },
            namePrefix,
        },
        inAws,
    );

    return new AcmeIssuer(
        "entrance-acme",
        {
            namespace,
            server,
            email,
            hostnames,
            route53: { zoneId: zone.zoneId, region: account.region, roleArn: role.roleArn },
            certManager: { namespace: certManager.namespace, serviceAccount: certManager.name },
        },
        opts,
    );
}

/** Has the host names lead to the load balancer. */
export function recordsIn(
    { account, provider }: AwsFoundation,
    { hostnames, acme }: Entrance,
    zoneId: string,
    { hosts, loadBalancer }: Pick<EntranceRecordsArgs, "hosts" | "loadBalancer">,
): void {
    const inAws = { providers: [provider] };

    const zone = new HostedZone(
        "entrance-zone",
        {
            path: ["entrance", "dns", "zoneId"],
            zoneId,
            hostnames,
            // An internal load balancer's addresses are private ones wherever they are written.
            publicBecause: acme && "cert-manager would look for the certificate's proof in it",
        },
        inAws,
    );

    new EntranceRecords(
        "entrance-records",
        { zoneId: zone.zoneId, hosts, loadBalancer, region: account.region },
        inAws,
    );
}
