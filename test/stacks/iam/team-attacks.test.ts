import { taskAccount } from "../../../components/teams/team-names.ts";
import { type Attack, type Authority } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { forgedClaims, forgedTags, ownTags } from "../../support/iam/forgeries.ts";
import { type Identity } from "../../support/iam/identities.ts";
import { decide, type Request } from "../../support/iam/simulation.ts";
import { overTls, through } from "./airflow-matrix.ts";
import { region } from "./production-graph.ts";
import { account, everything, keyPolicy, TeamStack, withoutConditions } from "./team-stack.ts";

const analytics = { namespace: "team-analytics", name: taskAccount };
const billing = { namespace: "team-billing", name: taskAccount };
const denied = /^(Im|Ex)plicitlyDenied$/;

const stacks = new Map<string, Promise<TeamStack>>();

/** Recorded once for all attacks, which takes seconds. */
function stackWith(identity: "pod-identity" | "irsa"): Promise<TeamStack> {
    const recorded = stacks.get(identity) ?? TeamStack.record(identity);
    stacks.set(identity, recorded);
    return recorded;
}

/** The role of the attacker's team, in its stack. */
interface Tasks {
    readonly stack: TeamStack;
    readonly role: Identity;
}

const asTask = async (change: (role: Identity) => Identity = (role) => role): Promise<Tasks> => {
    const stack = await stackWith("pod-identity");
    return { stack, role: change(stack.role("analytics")) };
};

/** What a task asks of AWS with its team's role. */
function request(name: string, ask: (stack: TeamStack) => Request): Attack<Tasks> {
    return {
        name,
        says: denied,
        attempt: async ({ stack, role }) => {
            const asked = ask(stack);
            const context = { ...(asked.resource.startsWith("arn:aws:s3:::") ? overTls : {}), ...asked.context };
            const decision = await decide(role, { resourceAccount: account, ...asked, context });
            return decision === "Allowed" ? undefined : decision;
        },
    };
}

const object = (action: string, place: string) => () => ({ action, resource: `arn:aws:s3:::${place}` });
const secret =
    (path: string, action = "GetSecretValue") =>
    () => ({
        action: `secretsmanager:${action}`,
        resource: `arn:aws:secretsmanager:${region}:${account}:secret:${path}-AbCdEf`,
    });

const ownPolicies: Authority<Tasks> = {
    name: "IAM, by the policies of a team's role",
    guarded: () => asTask(),
    // As if the role had been granted everything: the boundary alone is left.
    unguarded: () => asTask((role) => ({ ...role, policies: everything })),
};

const boundary: Authority<Tasks> = {
    name: "IAM, by the permissions boundary",
    guarded: () => asTask((role) => ({ ...role, policies: everything })),
    unguarded: () => asTask((role) => ({ ...role, policies: everything, boundary: undefined })),
};

describe("The roles of teams", function () {
    this.timeout("10m");

    refusesAttacks("a task with its team's role", ownPolicies, [
        request("the reading of another team's folder", object("s3:GetObject", "example-data/invoices/2026.csv")),
        request("the writing into another team's folder", object("s3:PutObject", "example-data/invoices/2026.csv")),
        request("the deleting of another team's object", object("s3:DeleteObject", "example-data/invoices/2026.csv")),
        request(
            "the writing into a folder whose name begins alike",
            object("s3:PutObject", "example-data/reports-2/x"),
        ),
        request("the writing into a folder that it may read", object("s3:PutObject", "example-data/sales/x")),
        request("the listing of another team's folder", () => ({
            action: "s3:ListBucket",
            resource: "arn:aws:s3:::example-data",
            context: { "s3:prefix": "invoices/" },
        })),
        request("the listing of the whole bucket", object("s3:ListBucket", "example-data")),
        request("the reading of another team's connection", secret("airflow-prod/teams/billing/connections/bank")),
        request("a secrets path that begins alike", secret("airflow-prod/teams/analytics-2/connections/bank")),
        request("the reading of the platform's secrets", secret("airflow-prod/platform/connections/warehouse")),
        request(
            "the changing of a secret of its own",
            secret("airflow-prod/teams/analytics/variables/x", "PutSecretValue"),
        ),
        request("the decrypting of another team's secret with the key of all", ({ graph }) => ({
            action: "kms:Decrypt",
            resource: graph.arns.secretsKey,
            resourcePolicy: keyPolicy,
            context: {
                ...through("secretsmanager", graph.arns.account),
                "kms:EncryptionContext:SecretARN": secret("airflow-prod/teams/billing/connections/bank")().resource,
            },
        })),
        request("the reading of the database's password", ({ graph }) => ({
            action: "secretsmanager:GetSecretValue",
            resource: graph.arns.masterSecret,
        })),
        request("the deleting of a log", ({ graph }) => ({
            action: "s3:DeleteObject",
            resource: `${graph.arns.logs}/${graph.arns.logsPrefix}/dag_id=invoices/attempt=1.log`,
        })),
    ]);

    refusesAttacks("a task whose team was granted everything", boundary, [
        request("the taking of another team's role", (stack) => ({
            action: "sts:AssumeRole",
            resource: stack.role("billing").principal,
        })),
        request("the passing on of another team's role", (stack) => ({
            action: "iam:PassRole",
            resource: stack.role("billing").principal,
        })),
        request("a change of whom its role trusts", (stack) => ({
            action: "iam:UpdateAssumeRolePolicy",
            resource: stack.role("analytics").principal,
        })),
        request("more rights for its role", (stack) => ({
            action: "iam:PutRolePolicy",
            resource: stack.role("analytics").principal,
        })),
        request("a role without the boundary", (stack) => ({
            action: "iam:DeleteRolePermissionsBoundary",
            resource: stack.role("analytics").principal,
        })),
        request("an association of its account with another team's role", ({ graph }) => ({
            action: "eks:CreatePodIdentityAssociation",
            resource: graph.arns.cluster,
        })),
        request("the reading of the stack's state", ({ graph }) => ({
            action: "s3:GetObject",
            resource: `${graph.arns.state}/.pulumi/stacks/prod.json`,
        })),
        request("a bucket policy that opens its data to others", ({ graph }) => ({
            action: "s3:PutBucketPolicy",
            resource: graph.arns.logs,
        })),
        request("an end of the account's trail", () => ({
            action: "cloudtrail:StopLogging",
            resource: `arn:aws:cloudtrail:${region}:${account}:trail/all`,
        })),
    ]);

    podIdentityForgeries();
    tokenForgeries();
});

/** Whoever asks for the role of billing, with what EKS says of the pod or what the token says. */
interface Door {
    readonly stack: TeamStack;
    readonly role: Identity;
}

function doorOf(identity: "pod-identity" | "irsa"): Pick<Authority<Door>, "guarded" | "unguarded"> {
    return {
        guarded: async () => {
            const stack = await stackWith(identity);
            return { stack, role: stack.role("billing") };
        },
        unguarded: async () => {
            const stack = await stackWith(identity);
            const role = stack.role("billing");
            return { stack, role: { ...role, trust: withoutConditions(role.trust) } };
        },
    };
}

async function enter({ role }: Door, principal: string, action: string, context: Record<string, string>) {
    const asked = { action, resource: role.principal, resourcePolicy: role.trust, context };
    const decision = await decide({ principal }, asked);
    return decision === "Allowed" ? undefined : decision;
}

function podIdentityForgeries() {
    const authority = { name: "IAM, by whom a team's role trusts through EKS Pod Identity", ...doorOf("pod-identity") };
    const tagged = (name: string, tagsOf: (cluster: string) => Record<string, string>): Attack<Door> => ({
        name,
        says: denied,
        attempt: (door) =>
            enter(door, "pods.eks.amazonaws.com", "sts:AssumeRole", tagsOf(door.stack.graph.arns.cluster)),
    });
    const cluster = `arn:aws:eks:${region}:${account}:cluster/airflow-prod`;
    refusesAttacks("an association of the role with another pod", authority, [
        tagged("the account of another team", (own) => ownTags(own, analytics)),
        tagged("the session tags of another team beside its own", (own) => ({
            ...ownTags(own, billing),
            "aws:RequestTag/kubernetes-namespace": analytics.namespace,
        })),
        ...Object.keys(forgedTags(cluster, billing)).map((name) =>
            tagged(name, (own) => forgedTags(own, billing)[name] ?? {}),
        ),
    ]);
}

function tokenForgeries() {
    const authority = { name: "IAM, by whom a team's role trusts through its token (IRSA)", ...doorOf("irsa") };
    const token = (name: string, claims: Record<string, string>): Attack<Door> => ({
        name,
        says: denied,
        attempt: (door) => {
            const provider = door.stack.graph.oidcProvider;
            const issuer = provider.slice(provider.indexOf("/") + 1);
            const named = Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]);
            return enter(door, provider, "sts:AssumeRoleWithWebIdentity", Object.fromEntries(named));
        },
    });
    refusesAttacks("a token that is another's", authority, [
        token("the token of another team's task", {
            sub: `system:serviceaccount:${analytics.namespace}:${analytics.name}`,
            aud: "sts.amazonaws.com",
        }),
        ...Object.entries(forgedClaims(billing)).map(([name, claims]) => token(name, claims)),
    ]);
}
