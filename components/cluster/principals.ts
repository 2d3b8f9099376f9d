import { type KeyPath, pathText, type Problem } from "../problem.ts";

const pattern = /^arn:aws[\w-]*:iam::(\d{12}):(role|user)\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/;
const session = /^arn:aws[\w-]*:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[^/]+$/;

/** The name of a principal, after which its access entry is called: the last part of the ARN. */
export function principalName(arn: string): string {
    return pattern.exec(arn)?.[3] ?? arn;
}

/** Whether it is the ARN of a role or user that EKS takes. */
export function isPrincipal(arn: string): boolean {
    return pattern.test(arn);
}

/** The first problem of the principals that get access. Undefined when there is none. */
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
 * Why this caller must not deploy: it is neither one of the admins nor a session of a role among them. Undefined when
 * it may.
 */
export function callerProblem(callerArn: string, admins: readonly string[]): string | undefined {
    const [, account, role] = session.exec(callerArn) ?? [];
    const among = admins.some((arn) => {
        const [, ownAccount, kind, name] = pattern.exec(arn) ?? [];
        // A session's ARN does not contain the role's path.
        return arn === callerArn || (kind === "role" && ownAccount === account && name === role);
    });
    return among
        ? undefined
        : `admins has ${admins.join(", ")}, and you are ${callerArn}: you would make a cluster that you cannot deploy ` +
              `to. Add your role, or deploy as one of them.`;
}
