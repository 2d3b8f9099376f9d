import { type PolicyDocument } from "../policy.ts";

/** Who signs the tokens of workflows. GitHub dictates it. */
export const githubIssuer = "token.actions.githubusercontent.com";

/** What a workflow's token must be meant for. `aws-actions/configure-aws-credentials` asks for it. */
export const awsAudience = "sts.amazonaws.com";

/**
 * The one repository that is trusted. Its numbers stay with it; its name can be given to another once it is renamed or
 * deleted. Repositories made before 15 July 2026 send the name alone until somebody opts in.
 *
 * @see https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
 */
export type Repository =
    | {
          /** `owner/repository`. */
          readonly name: string;
          readonly ownerId: number;
          readonly id: number;
      }
    | {
          readonly name: string;
          /** Why its tokens carry no numbers. */
          readonly nameOnly: string;
      };

/** The subject of a job that a pull request of the repository itself runs, and that names no environment. */
export function pullRequestSubject(repository: Repository): string {
    return `${subjectPrefix(repository)}:pull_request`;
}

/** The subject of a job that names this environment, whatever started it: GitHub's protection rules decide that. */
export function environmentSubject(repository: Repository, environment: string): string {
    return `${subjectPrefix(repository)}:environment:${environment}`;
}

/** Lets in the tokens of exactly one subject. No pattern: `StringLike` would let in a branch named like an environment. */
export function trustOneSubject(providerArn: string, subject: string): PolicyDocument {
    return {
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "OneSubject",
                Effect: "Allow",
                Principal: { Federated: providerArn },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: {
                    StringEquals: { [`${githubIssuer}:aud`]: awsAudience, [`${githubIssuer}:sub`]: subject },
                },
            },
        ],
    };
}

function subjectPrefix(repository: Repository): string {
    if ("nameOnly" in repository) {
        return `repo:${repository.name}`;
    }
    const [owner, name] = repository.name.split("/");
    return `repo:${owner}@${repository.ownerId}/${name}@${repository.id}`;
}
