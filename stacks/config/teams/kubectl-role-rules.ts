import { principalName } from "../../../components/cluster/principals.ts";
import { pathText, type Problem } from "../../../components/problem.ts";
import { ClusterKind } from "../cluster/cluster-schema.ts";
import { type ParsedConfig } from "../schema.ts";

/** Rules about the roles of IAM by which people come to a team's pods: EKS has one entry for each, called after its name. */
export function kubectlRoleProblems({ cluster, teams }: ParsedConfig): Problem[] {
    const named = teams.flatMap(({ kubectlRoles }, team) =>
        kubectlRoles.map((arn, index) => ({ arn, path: ["teams", team, "kubectlRoles", index] })),
    );
    if (cluster.kind !== ClusterKind.eks) {
        return named.map(({ arn, path }) => ({
            path,
            value: arn,
            rule:
                "roles of IAM come in by access entries, which the stack makes in a cluster of its own alone. Remove it, and give " +
                "the team's people rights by login.kubectl.",
        }));
    }
    const [admins, viewers] = (["admins", "viewers"] as const).map((key) =>
        (cluster[key] ?? []).map((arn, index) => ({ arn, path: ["cluster", key, index] })),
    );
    const others = [...(admins ?? []), ...(viewers ?? [])];
    return named.flatMap(({ arn, path }, at) => {
        const name = principalName(arn);
        const whole = others.find((each) => principalName(each.arn) === name);
        const alike = named.slice(0, at).find((each) => principalName(each.arn) === name && each.arn !== arn);
        const earlier = whole ?? alike;
        return earlier === undefined
            ? []
            : [
                  {
                      path,
                      value: arn,
                      rule: `${pathText(earlier.path)} has a principal of that name, and each has one access entry. Name another role.`,
                  },
              ];
    });
}
