import { keyStatements } from "../../../components/aws/encryption-key.ts";
import { policyDocument, type PolicyDocument } from "../../../components/aws/policy-document.ts";
import { taskAccount, teamNamespace } from "../../../components/teams/team-names.ts";
import { type Changes } from "../../golden/production.ts";
import { type Identity } from "../../support/iam/identities.ts";
import { type ProductionGraph, productionGraph, region } from "./production-graph.ts";

export const account = "123456789012";

const key = `arn:aws:kms:${region}:${account}:key/secrets`;

/** The policy of that key, which somebody else made: it leaves to IAM who may use it. */
export const keyPolicy = policyDocument(keyStatements({ id: account, region, partition: "aws" }));

const team = (name: string, aws: object) => ({
    name,
    owners: [`#${name}`],
    groups: { author: [`${name}-authors`] },
    dags: { kind: "git", repository: `https://github.com/example/${name}.git`, ref: "main" },
    aws,
});

/** Two teams that share a bucket, each with folders and secrets of its own; the names of a third's begin alike. */
const teams = [
    team("analytics", {
        read: ["example-data/sales"],
        write: ["example-data/reports"],
        secretsPath: "airflow-prod/teams/analytics",
    }),
    team("billing", {
        read: ["example-data/sales"],
        write: ["example-data/invoices"],
        secretsPath: "airflow-prod/teams/billing",
    }),
    team("analytics-2", {
        write: ["example-data/reports-2"],
        secretsPath: "airflow-prod/teams/analytics-2",
    }),
];

/** A production stack with teams in it, as IAM sees it. */
export class TeamStack {
    readonly graph: ProductionGraph;

    private constructor(graph: ProductionGraph) {
        this.graph = graph;
    }

    static async record(identity: "pod-identity" | "irsa"): Promise<TeamStack> {
        const changes: Changes = {
            // The stack's own boundary, and not the account's, which its owners may have made wider.
            cluster: (cluster) => ({
                ...cluster,
                identity,
                permissionsBoundaryArn: undefined,
                serviceBoundaryArn: undefined,
            }),
            airflow: (airflow) => ({
                ...airflow,
                dagBundles: undefined,
                secrets: { ...(airflow.secrets as object), keyArn: key },
            }),
            teams: () => teams,
        };
        return new TeamStack(await productionGraph(changes, key));
    }

    /** The role of a team's tasks. */
    role(name: string): Identity {
        const found = this.graph.roles.get(`${teamNamespace(name)}/${taskAccount}`);
        if (found === undefined) {
            throw new Error(`team ${name} has no role: there are ${[...this.graph.roles.keys()].join(", ")}`);
        }
        return found;
    }
}

/** What a role has that somebody granted everything. */
export const everything: Readonly<Record<string, PolicyDocument>> = {
    everything: policyDocument([{ sid: "All", actions: ["*"], resources: ["*"] }]),
};

/** The same trust for anybody: whom the document trusts, without the conditions. */
export function withoutConditions(trust: PolicyDocument): PolicyDocument {
    return {
        ...trust,
        Statement: trust.Statement.map((statement) =>
            Object.fromEntries(Object.entries(statement).filter(([part]) => part !== "Condition")),
        ) as PolicyDocument["Statement"],
    };
}
