import { createHash } from "node:crypto";

import { type PlainMap } from "../engine/property.ts";
import { type Provider, type ProviderFactory, type ResourceAddress } from "../engine/provider.ts";

const account = "123456789012";

/** How a service writes the resource part of its ARNs: `{name}` is the resource's name, `{id}` its made-up id. */
const arnShapes: Readonly<Record<string, string>> = {
    "ec2/": "arn:aws:ec2:{region}:{account}:{kind}/{id}",
    "eks/cluster": "arn:aws:eks:{region}:{account}:cluster/{name}",
    "iam/openIdConnectProvider": "arn:aws:iam::{account}:oidc-provider/{name}",
    "iam/": "arn:aws:iam::{account}:{kind}/{name}",
    "kms/key": "arn:aws:kms:{region}:{account}:key/{id}",
    "rds/instance": "arn:aws:rds:{region}:{account}:db:{name}",
    "rds/": "arn:aws:rds:{region}:{account}:{kind}:{name}",
    "s3/": "arn:aws:s3:::{name}",
    "secretsmanager/secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{short}",
};

/** Resources whose id is their name, as programs rely on when they pass one on. */
const idIsName = /^aws:(iam\/(role|user|group|instanceProfile)|eks\/(cluster|addon)|s3\/|rds\/(instance|subnetGroup))/;

/**
 * AWS without AWS: inputs come back as outputs, ids and ARNs are made up from the URN and stay the same, and nothing is
 * called. Whoever needs another output gets an unset one, as the display says by marking every resource as recorded.
 */
export const awsProvider: ProviderFactory = (settings) => {
    const region = typeof settings.region === "string" ? settings.region : "us-east-1";
    const make = (address: ResourceAddress, inputs: PlainMap): { id: string; outputs: PlainMap } => {
        const digest = createHash("sha256").update(address.urn).digest("hex");
        const [, module = "", kind = ""] = /^aws:([\w]+)\/(\w+):/.exec(address.type) ?? [];
        const given = inputs.name ?? inputs.bucket ?? inputs.identifier ?? inputs.clusterIdentifier;
        const name = typeof given === "string" ? given : `${address.name}-${digest.slice(0, 7)}`;
        const made = `${kind.replace(/[a-z]/g, "").toLowerCase() || kind.slice(0, 4)}-${digest.slice(0, 17)}`;
        const arn = arnOf(`${module}/${kind}`, { region, account, kind, name, id: made, short: digest.slice(0, 6) });
        const id = idIsName.test(address.type) ? name : /^aws:iam\/(policy|openId)/.test(address.type) ? arn : made;
        return { id, outputs: { name, region, arn, ...inputs, id } };
    };
    const provider: Provider = {
        recorded: true,
        async check(_address, _oldInputs, inputs) {
            return { inputs, failures: [] };
        },
        async diff({ changes }) {
            const replacePaths = changes.map(({ path }) => path).filter((path) => path === "name" || path === "bucket");
            return { changes, replacePaths, deleteBeforeReplace: replacePaths.length > 0 };
        },
        async create(address, inputs, { preview }) {
            return preview ? { id: "", outputs: inputs } : make(address, inputs);
        },
        async update(address, id, _oldInputs, oldOutputs, newInputs) {
            return { ...oldOutputs, ...newInputs, id };
        },
        async delete() {
            // Nothing was made.
        },
        async read(address, id, inputs) {
            return { id, outputs: { ...make(address, inputs).outputs, ...inputs, id } };
        },
        async invoke(token) {
            const answer = answers[token];
            if (!answer) {
                throw new Error(`${token} is not answered here: only ${Object.keys(answers).join(", ")} are`);
            }
            return answer(region);
        },
        secretOutputs: (type) => (type.startsWith("aws:rds/") ? ["password", "masterPassword"] : []),
    };
    return provider;
};

const answers: Readonly<Record<string, (region: string) => PlainMap>> = {
    "aws:index/getCallerIdentity:getCallerIdentity": () => {
        return {
            accountId: account,
            arn: `arn:aws:iam::${account}:user/rehearsal`,
            id: account,
            userId: "AIDAREHEARSAL",
        };
    },
    "aws:index/getPartition:getPartition": () => {
        return { dnsSuffix: "amazonaws.com", id: "aws", partition: "aws", reverseDnsPrefix: "com.amazonaws" };
    },
    "aws:index/getRegion:getRegion": (region) => {
        return { description: region, endpoint: `ec2.${region}.amazonaws.com`, id: region, name: region, region };
    },
    "aws:index/getAvailabilityZones:getAvailabilityZones": (region) => {
        const names = ["a", "b", "c"].map((zone) => region + zone);
        return {
            groupNames: [region],
            id: region,
            names,
            region,
            zoneIds: names.map((_, index) => `use1-az${index + 1}`),
        };
    },
};

function arnOf(type: string, parts: Readonly<Record<string, string>>): string {
    const shape = arnShapes[type] ?? arnShapes[`${type.split("/")[0]}/`];
    const fallback = `arn:aws:${type.split("/")[0]}:{region}:{account}:{kind}/{name}`;
    return (shape ?? fallback).replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? "");
}
