import { secretsPathProblem } from "../../../components/airflow/secrets-backend/secrets-manager.ts";
import { isReason, wildcards } from "../../../components/identity/roles/policy-problems.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { repeated, repeatedNames } from "../repetition-rules.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedTeams = ParsedConfig["teams"];
type ParsedTeamAws = NonNullable<ParsedTeams[number]["aws"]>;

/** What a team may not ask of AWS. */
export function teamAwsProblems({ secretsPath, statements, policyArns, allowWildcard }: ParsedTeamAws): Problem[] {
    return [
        ...below(["secretsPath"], secretsPath === undefined ? undefined : secretsPathProblem(secretsPath)),
        ...below(["statements"], ...wildcards(statements, allowWildcard)),
        // IAM refuses a policy in which two statements have one name.
        ...below(
            ["statements"],
            ...repeatedNames(
                "statements",
                statements.map(({ sid }) => sid),
                "sid",
            ),
        ),
        ...below(
            ["policyArns"],
            ...repeated(policyArns, (first) => `policyArns[${first}] is the same already. Remove one of them.`),
        ),
        ...policyArns.flatMap((arn, index) =>
            !isReason(allowWildcard) && arn.includes("::aws:policy/")
                ? [
                      {
                          path: ["policyArns", index],
                          value: arn,
                          rule:
                              "AWS's own policies are full of wildcards, and AWS adds to them. Name a policy of the account's, " +
                              "write statements, or give allowWildcard with a reason.",
                      },
                  ]
                : [],
        ),
    ];
}

/** A folder of Secrets Manager with the key that names it. */
interface SecretsOwner {
    readonly key: string;
    readonly path: string;
}

/** Folders of teams that hold another's secrets, or are held by it: whoever reads a folder reads all below it. */
export function secretsOverlaps(teams: ParsedTeams, secrets: ParsedConfig["airflow"]["secrets"]): Problem[] {
    const taken: SecretsOwner[] = (["platformPath", "tasksPath"] as const).flatMap((key) => {
        const path = secrets?.[key];
        return path === undefined ? [] : [{ key: `airflow.secrets.${key}`, path }];
    });
    return teams.flatMap(({ aws }, index) => {
        const path = aws?.secretsPath;
        if (path === undefined) {
            return [];
        }
        const other = taken.find((owner) => within(owner.path, path) || within(path, owner.path));
        taken.push({ key: `teams[${index}].aws.secretsPath`, path });
        return other === undefined
            ? []
            : [
                  {
                      path: ["teams", index, "aws", "secretsPath"],
                      value: path,
                      rule:
                          `it is ${other.key}, or one of the two is in the other, and who reads a folder reads all below ` +
                          `it. Choose a folder apart.`,
                  },
              ];
    });
}

function within(folder: string, path: string): boolean {
    return path === folder || path.startsWith(`${folder}/`);
}
