import { z } from "zod";

import { dnsName, list, section, text } from "../section.ts";
import { zoneId } from "./dns-schema.ts";

// Each message is the rule and the way out; the key and the value are put before it.

export const CertificateKind = {
    /** From a public authority that speaks ACME, to which a record in Route 53 proves that the names are the stack's. */
    acme: "acme",
    /** From an authority of the entrance's own, which people's machines must be told to trust. */
    privateCa: "private-ca",
    /** From an issuer of cert-manager's that somebody else keeps, such as one of ACME's or of ACM Private CA's. */
    issuer: "issuer",
    /** A Secret that somebody else keeps. */
    secret: "secret",
} as const;

/** Of Let's Encrypt, whose certificates browsers trust. */
export const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

const acme = section(
    {
        kind: z.literal(CertificateKind.acme),
        /** Where the authority writes about the account. */
        email: z.email({ error: 'it must be an e-mail address. Write it as "platform@example.com".' }),
        /** The authority's directory. */
        server: text(`"${letsEncrypt}"`)
            .regex(/^https:\/\/[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[^\s?#]*)?$/, {
                error: `it must be the address of an ACME directory, by TLS and by name. Write it as "${letsEncrypt}".`,
            })
            .default(letsEncrypt),
        /** The hosted zone with the host names, in which the authority looks for the proof. */
        zoneId,
    },
    "{kind: acme, email: platform@example.com, zoneId: Z0123456789ABCDEFGHIJ}",
);

const issuer = section(
    {
        kind: z.literal(CertificateKind.issuer),
        name: dnsName('"letsencrypt"'),
        issuerKind: text('"ClusterIssuer"').default("ClusterIssuer"),
        group: dnsName('"cert-manager.io"').default("cert-manager.io"),
        /** What cert-manager calls for it outside of the cluster, over TLS. */
        hosts: list(dnsName('"acme-v02.api.letsencrypt.org"'), '["acme-v02.api.letsencrypt.org"]').default([]),
    },
    "{kind: issuer, name: letsencrypt}",
);

/** The key `certificate` of an entrance. */
export const certificate = z.discriminatedUnion(
    "kind",
    [
        acme,
        section({ kind: z.literal(CertificateKind.privateCa) }, "{kind: private-ca}"),
        issuer,
        section(
            { kind: z.literal(CertificateKind.secret), name: dnsName('"airflow-tls"') },
            "{kind: secret, name: airflow-tls}",
        ),
    ],
    {
        error: (issue) =>
            issue.code === "invalid_union"
                ? "it must be acme, private-ca, issuer or secret. Correct it."
                : "it must be a map. Write it as {kind: private-ca}.",
    },
);
