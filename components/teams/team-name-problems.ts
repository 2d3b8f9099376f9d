import { type Problem } from "../problem.ts";
import { noTeam } from "../task-labels.ts";

/**
 * The longest name of a team. The role of a team's level, such as `team:<name>:operator`, may have 64 characters in
 * Airflow, and the names of what a team has in the database and in AWS are made of it too.
 */
export const maxTeamNameLength = 40;

/** Names by which roles, logs and metrics already know something else, with what that is. */
const reserved: Readonly<Record<string, string>> = {
    airflow: "Airflow itself",
    all: "everybody",
    linkerd: "the mesh",
    "linkerd-viz": "the mesh's metrics",
    [noTeam]: "what has no team",
    platform: "the platform, whose connections and variables begin with it",
    system: "Kubernetes itself",
};

/** Why that cannot be a team's name. Undefined when it can. */
export function teamNameProblem(name: string): Problem | undefined {
    const rule = nameRule(name);
    return rule === undefined ? undefined : { path: [], value: name, rule };
}

function nameRule(name: string): string | undefined {
    if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
        return 'it must be a DNS label: lower-case letters, digits and "-", beginning with a letter. Correct it.';
    }
    if (name.length > maxTeamNameLength) {
        return (
            `it has ${name.length} characters, and a team's name may have ${maxTeamNameLength}, so that those of its roles ` +
            `fit into Airflow's 64. Shorten it.`
        );
    }
    const other = Object.hasOwn(reserved, name)
        ? reserved[name]
        : name.startsWith("kube-")
          ? "Kubernetes itself"
          : undefined;
    return other === undefined ? undefined : `it stands for ${other}. Choose another name.`;
}
