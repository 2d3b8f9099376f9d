import { type KeyPath, pathText, type Problem } from "../problem.ts";

const pattern = /^arn:aws[\w-]*:iam::(\d{12}):(role|user)\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/;
const session = /^arn:aws[\w-]*:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[^/]+$/;

/** What an entry is called after: the last part of the ARN. */
export function principalName(arn: string): string {
    return pattern.exec(arn)?.[3] ?? arn;
}

/** What is wrong with the people and programs that are given access, if anything. */
export function principalsProblem(admins: readonly string[], viewers: readonly string[]): Problem | undefined {
    if (admins.length === 0) {
        return {
            path: ["admins"],
            value: admins,
            rule: "nobody could deploy to the cluster, which gives its creator no rights. Name at least the deployer's role.",
        };
    }
    const all: readonly { path: KeyPath; arn: string }[] = [
        ...admins.map((arn, index) => ({ path: ["admins", index], arn })),
        ...viewers.map((arn, index) => ({ path: ["viewers", index], arn })),
    ];
    for (const [index, { path, arn }] of all.entries()) {
        if (!pattern.test(arn)) {
            return {
                path,
                value: arn,
                rule:
                    "it must be the ARN of an IAM role or user, not of a session. " +
                    'Write it as "arn:aws:iam::123456789012:role/deployer".',
            };
        }
        const earlier = all.slice(0, index).find((other) => principalName(other.arn) === principalName(arn));
        if (earlier !== undefined) {
            return earlier.arn === arn
                ? {
                      path,
                      value: arn,
                      rule: `it is in ${pathText(earlier.path)} already, and EKS takes each once. Remove one.`,
                  }
                : {
                      path,
                      value: arn,
                      rule: `its name is that of ${pathText(earlier.path)}, and both name resources. Rename one role.`,
                  };
        }
    }
    return undefined;
}

/**
 * Why who AWS says that a program is must not deploy: it is none of the admins, neither itself nor by a session of a
 * role. Undefined when it may.
 */
export function callerProblem(callerArn: string, admins: readonly string[]): string | undefined {
    const [, account, role] = session.exec(callerArn) ?? [];
    const among = admins.some((arn) => {
        const [, ownAccount, kind, name] = pattern.exec(arn) ?? [];
        // A session's ARN leaves out the role's path.
        return arn === callerArn || (kind === "role" && ownAccount === account && name === role);
    });
    return among
        ? undefined
        : `admins has ${admins.join(", ")}, and you are ${callerArn}: you would make a cluster that you cannot deploy ` +
              `to. Add your role, or deploy as one of them.`;
}
