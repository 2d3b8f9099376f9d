import { type Property, type PropertyMap } from "../rehearsal/engine/property.ts";

/** The account and region in which everything that tests make up lies. */
export const madeUpAccount = { id: "123456789012", region: "eu-west-1", partition: "aws" } as const;

const { id: account, region } = madeUpAccount;

/** How AWS writes the ARN of a resource that is called so. */
const arns: Readonly<Record<string, (called: string) => string>> = {
    "aws:iam/role:Role": (called) => `arn:aws:iam::${account}:role/${called}`,
    "aws:iam/policy:Policy": (called) => `arn:aws:iam::${account}:policy/${called}`,
    "aws:kms/key:Key": (called) => `arn:aws:kms:${region}:${account}:key/${called}`,
    "aws:s3/bucket:Bucket": (called) => `arn:aws:s3:::${called}`,
    "aws:rds/instance:Instance": (called) => `arn:aws:rds:${region}:${account}:db:${called}`,
    "aws:rds/cluster:Cluster": (called) => `arn:aws:rds:${region}:${account}:cluster:${called}`,
    "aws:secretsmanager/secret:Secret": (called) =>
        `arn:aws:secretsmanager:${region}:${account}:secret:${called}-AbCdEf`,
};

const secretOf = (called: string) => [
    { secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:rds!${called}-AbCdEf`, secretStatus: "active" },
];

/** What a resource has once it is made and a program reads, besides its ARN. */
const others: Readonly<Record<string, (called: string) => PropertyMap>> = {
    "aws:kms/key:Key": (called) => ({ keyId: called }),
    "aws:rds/instance:Instance": (called) => ({
        address: `${called}.abc123.${region}.rds.amazonaws.com`,
        port: 5432,
        masterUserSecrets: secretOf(called),
    }),
    "aws:rds/cluster:Cluster": (called) => ({
        endpoint: `${called}.cluster-abc123.${region}.rds.amazonaws.com`,
        port: 5432,
        masterUserSecrets: secretOf(called),
    }),
};

/** What AWS makes of a resource, told apart by the name that it has there or else by the program's. */
export function madeUpByAws(type: string, name: string, inputs: Readonly<Record<string, unknown>>): PropertyMap {
    const given = [inputs.name, inputs.bucket, inputs.identifier, inputs.clusterIdentifier].find(
        (called): called is string => typeof called === "string",
    );
    const called = given ?? name;
    const arn: Record<string, Property> = arns[type] ? { arn: arns[type](called) } : {};
    return { ...arn, ...others[type]?.(called) };
}
