import { createHash } from "node:crypto";

import { isMap, mapValues, type Plain, type PlainMap, UNKNOWN } from "../../engine/values/property.ts";
import { type ResourceAddress } from "../../engine/plugins/provider.ts";
import { fixedInputs, kindOf } from "./replacement.ts";

/** The account that everything is in: the one of AWS's own examples. */
export const account = "123456789012";

/** How a service writes the resource part of its ARNs: `{name}` is the resource's name, `{id}` its made-up id. */
const arnShapes: Readonly<Record<string, string>> = {
    "cloudwatch/eventRule": "arn:aws:events:{region}:{account}:rule/{name}",
    "cloudwatch/logGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "ec2/": "arn:aws:ec2:{region}:{account}:{kind}/{id}",
    "eks/cluster": "arn:aws:eks:{region}:{account}:cluster/{name}",
    "iam/instanceProfile": "arn:aws:iam::{account}:instance-profile/{name}",
    "iam/openIdConnectProvider": "arn:aws:iam::{account}:oidc-provider/{name}",
    "iam/": "arn:aws:iam::{account}:{kind}/{name}",
    "kms/key": "arn:aws:kms:{region}:{account}:key/{id}",
    "rds/instance": "arn:aws:rds:{region}:{account}:db:{name}",
    "rds/": "arn:aws:rds:{region}:{account}:{kind}:{name}",
    "s3/": "arn:aws:s3:::{name}",
    "sqs/queue": "arn:aws:sqs:{region}:{account}:{name}",
    "secretsmanager/secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{short}",
};

/** Resources whose id is their name, as programs rely on when they pass one on. */
const idIsName =
    /^(iam\/(role|user|group|instanceProfile)|eks\/(cluster|addon)|cloudwatch\/logGroup|s3\/|rds\/(cluster|instance|subnetGroup))/;

interface Parts extends Readonly<Record<string, string>> {
    readonly region: string;
    readonly name: string;
    readonly id: string;
    /** Hexadecimal digits that are the resource's own. */
    readonly digest: string;
}

/** What AWS decides about a resource, beyond its id, name and ARN. */
const decided: Readonly<Record<string, (parts: Parts) => PlainMap>> = {
    "ec2/eip": ({ id }) => ({ allocationId: id, publicIp: "203.0.113.10" }),
    "ec2/launchTemplate": () => ({ latestVersion: 1, defaultVersion: 1 }),
    "ec2/vpc": ({ digest }) => ({ defaultSecurityGroupId: `sg-${digest.slice(0, 17)}` }),
    "eks/cluster": ({ region, digest }) => {
        const unique = digest.slice(0, 32).toUpperCase();
        return {
            endpoint: `https://${unique}.gr7.${region}.eks.amazonaws.com`,
            certificateAuthority: { data: Buffer.from(`the authority of ${unique}`).toString("base64") },
            identities: [{ oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${unique}` }] }],
            vpcConfig: { clusterSecurityGroupId: `sg-${digest.slice(0, 17)}` },
            status: "ACTIVE",
        };
    },
    "kms/key": ({ id }) => ({ keyId: id }),
    "rds/cluster": ({ region, name, digest }) => ({
        endpoint: `${name}.cluster-${digest.slice(0, 12)}.${region}.rds.amazonaws.com`,
        readerEndpoint: `${name}.cluster-ro-${digest.slice(0, 12)}.${region}.rds.amazonaws.com`,
        port: 5432,
        masterUserSecrets: [masterSecret(region, digest)],
    }),
    "rds/instance": ({ region, name, digest }) => {
        const address = `${name}.${digest.slice(0, 12)}.${region}.rds.amazonaws.com`;
        const masterUserSecrets = [masterSecret(region, digest)];
        return {
            address,
            endpoint: `${address}:5432`,
            port: 5432,
            resourceId: `db-${digest.slice(0, 26)}`,
            masterUserSecrets,
        };
    },
    "sqs/queue": ({ name, region }) => ({ url: `https://sqs.${region}.amazonaws.com/${account}/${name}` }),
    "s3/bucket": ({ name, region }) => ({ bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com` }),
};

/**
 * What becomes of a resource: its inputs, and what AWS decides, made up of the URN and of the inputs that it cannot
 * change. So it stays the same, and is another one once it is replaced.
 */
export function madeUp({ urn, type, name: label }: ResourceAddress, inputs: PlainMap, region: string) {
    const fixed = fixedInputs(type).map((path) => at(inputs, path) ?? null);
    const digest = createHash("sha256").update(urn).update(JSON.stringify(fixed)).digest("hex");
    const kind = kindOf(type);
    const [, noun = ""] = kind.split("/");
    const given = inputs.name ?? inputs.bucket ?? inputs.identifier ?? inputs.clusterIdentifier;
    const name = typeof given === "string" ? given : `${label}-${digest.slice(0, 7)}`;
    const generated = `${noun.replace(/[a-z]/g, "").toLowerCase() || noun.slice(0, 4)}-${digest.slice(0, 17)}`;
    const issuer = kind === "iam/openIdConnectProvider" && typeof inputs.url === "string" ? inputs.url.slice(8) : name;
    const arn = arnOf(kind, { region, account, kind: noun, name: issuer, id: generated, short: digest.slice(0, 6) });
    const id = idIsName.test(kind) ? name : /^iam\/(policy|openId)/.test(kind) ? arn : generated;
    const own = decided[kind]?.({ region, name, id, digest }) ?? {};
    return { id, outputs: { name, region, arn, ...own, ...inputs, ...within(own, inputs, (value) => value), id } };
}

/** What is known of a resource before it is made: its inputs, without what AWS decides inside them. */
export function foreseen({ type, name }: ResourceAddress, inputs: PlainMap, region: string): PlainMap {
    const own = decided[kindOf(type)]?.({ region, name, id: "", digest: "" }) ?? {};
    return { ...inputs, ...within(own, inputs, () => UNKNOWN) };
}

/** The inputs that AWS adds something to, with what it adds. */
function within(own: PlainMap, inputs: PlainMap, shown: (value: Plain) => Plain): PlainMap {
    const shared: PlainMap = {};
    for (const [key, added] of Object.entries(own)) {
        const given = inputs[key];
        if (isPlainMap(given) && isPlainMap(added)) {
            shared[key] = { ...mapValues(added, shown), ...given };
        }
    }
    return shared;
}

function at(inputs: PlainMap, path: string): Plain | undefined {
    return path
        .split(".")
        .reduce<Plain | undefined>((value, key) => (isPlainMap(value) ? value[key] : undefined), inputs);
}

function isPlainMap(value: Plain | undefined): value is PlainMap {
    return isMap(value);
}

function masterSecret(region: string, digest: string): PlainMap {
    const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-${digest.slice(0, 8)}-${digest.slice(0, 6)}`;
    return { secretArn, secretStatus: "active" };
}

function arnOf(kind: string, parts: Readonly<Record<string, string>>): string {
    const [service = ""] = kind.split("/");
    const shape = arnShapes[kind] ?? arnShapes[`${service}/`] ?? `arn:aws:${service}:{region}:{account}:{kind}/{name}`;
    return shape.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? "");
}
