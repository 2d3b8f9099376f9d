import { isMap, type PlainMap, type Property, type PropertyMap } from "../../rehearsal/engine/values/property.ts";
import { foreseen, madeUp } from "../../rehearsal/providers/aws/made-up.ts";

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
    if (!type.startsWith("aws:")) {
        return {};
    }
    const given = [inputs.name, inputs.bucket, inputs.identifier, inputs.clusterIdentifier].find(
        (called): called is string => typeof called === "string",
    );
    const called = given ?? name;
    const arn: Record<string, Property> = arns[type] ? { arn: arns[type](called) } : {};
    return { ...recorded(type, name, inputs as PlainMap), ...arn, ...others[type]?.(called) } as PropertyMap;
}

/** What a preview knows of a resource. The mocks have no word for what is unknown in part, so that is left out whole. */
export function foreseenAtAws(type: string, name: string, inputs: PlainMap): PlainMap {
    const known = Object.entries(foreseen(addressOf(type, name), inputs, region));
    return Object.fromEntries(known.filter(([key, value]) => !isMap(value) || value === inputs[key]));
}

/** The same as the rehearsal makes up, so that a test and a rehearsal see one AWS. */
function recorded(type: string, name: string, inputs: PlainMap) {
    const { outputs } = madeUp(addressOf(type, name), inputs, region);
    return Object.fromEntries(Object.entries(outputs).filter(([key]) => key !== "id"));
}

function addressOf(type: string, name: string) {
    return { urn: `urn:pulumi:dev::airflow-linkerd::${type}::${name}`, type, name };
}
