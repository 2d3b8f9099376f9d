import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { readConfig } from "./config.ts";
import { Deployer } from "./deployer.ts";
import { EncryptionKey } from "./state/encryption-key.ts";
import { GithubRole } from "./github/github-role.ts";
import { awsAudience, githubIssuer, pullRequestSubject } from "./github/github-trust.ts";
import { backendUrl, previewRoleName, secretsAlias, secretsProviderUrl } from "./names.ts";
import { previewPermissions } from "./preview-permissions.ts";
import { StateStore } from "./state/state-store.ts";

const { accountId, region, repository, environments, stateVersionDays, tags } = readConfig();

const provider = new aws.Provider("aws", {
    region,
    // Credentials for another account change nothing there.
    allowedAccountIds: [accountId],
    defaultTags: { tags },
});
const opts = { providers: [provider] };

const store = new StateStore("state", { accountId, versionDays: stateVersionDays }, opts);
const state = pulumi.output({ bucketArn: store.bucketArn, bucketKeyArn: store.keyArn, region });

const secretsKeyArns = Object.fromEntries(
    environments.map(({ name }) => {
        const key = new EncryptionKey(
            `${name}-secrets`,
            {
                description: `Secrets in the config and the state of the stack ${name}`,
                alias: secretsAlias(name),
                accountId,
            },
            opts,
        );
        return [name, key.arn];
    }),
);

const github = new aws.iam.OpenIdConnectProvider(
    "github",
    {
        url: `https://${githubIssuer}`,
        clientIdLists: [awsAudience],
    },
    { provider },
);

const previewedEnvironments = environments.filter(({ previewByPullRequests }) => previewByPullRequests !== undefined);
const previewedZoneIds = [...new Set(previewedEnvironments.flatMap(({ zoneIds }) => zoneIds))];
const previewed = previewedEnvironments.map(({ name }) =>
    pulumi.output({ stack: name, secretsKeyArn: secretsKeyArns[name] as pulumi.Output<string> }),
);
const preview = new GithubRole(
    "preview",
    {
        roleName: previewRoleName,
        description: `Previews for pull requests of ${repository.name}`,
        providerArn: github.arn,
        subject: pullRequestSubject(repository),
        policies: {
            permissions: pulumi
                .all([state, pulumi.all(previewed)])
                .apply(([location, stacks]) => previewPermissions(accountId, location, stacks, previewedZoneIds)),
        },
    },
    opts,
);

const guarded = pulumi.output({
    accountId,
    bucketArn: store.bucketArn,
    keyArns: [store.keyArn, ...Object.values(secretsKeyArns)],
});
const deployers = environments.map((environment) => {
    const { name } = environment;
    const deployer = new Deployer(
        `${name}-deployer`,
        {
            environment,
            repository,
            githubProviderArn: github.arn,
            state,
            secretsKeyArn: secretsKeyArns[name] as pulumi.Output<string>,
            guarded,
        },
        opts,
    );
    return {
        name,
        deployRoleArn: deployer.roleArn,
        ...(deployer.driftRoleArn === undefined ? {} : { driftRoleArn: deployer.driftRoleArn }),
        permissionsBoundaryArn: deployer.permissionsBoundaryArn,
        serviceBoundaryArn: deployer.serviceBoundaryArn,
        secretsProviderUrl: secretsProviderUrl(name, region),
    };
});

export default {
    /** What `pulumi login` takes. */
    backendUrl: backendUrl(accountId, region),
    /** For the job that previews pull requests. */
    previewRoleArn: preview.arn,
    /** By name: the role of its jobs, the boundaries of its roles, and what `pulumi stack init` takes. */
    environments: Object.fromEntries(deployers.map(({ name, ...rest }) => [name, rest])),
};
