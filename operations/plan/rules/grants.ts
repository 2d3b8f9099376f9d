import { at, canonical, isMap, items, type Json, type Planned } from "../changes.ts";
import { policyGrants } from "./iam-grants.ts";

export const Area = {
    mesh: "mesh",
    egress: "egress",
    network: "network",
    iam: "iam",
    cluster: "cluster",
    people: "people",
} as const;
export type Area = (typeof Area)[keyof typeof Area];

/** One thing that a resource lets someone do. */
export interface Grant {
    readonly area: Area;
    readonly text: string;
    /** Whether it names no one or nothing in particular. */
    readonly wildcard: boolean;
}

interface Reader {
    readonly area: Area;
    /** Whole: what stands there is in the grants' texts, all of it. */
    readonly paths: readonly string[];
    read(inputs: Json): { readonly text: string; readonly wildcard: boolean }[];
}

const object = (inputs: Json): string =>
    `${text(at(inputs, "metadata.namespace"))}/${text(at(inputs, "metadata.name"))}`;
const text = (value: Json | undefined): string => (typeof value === "string" ? value : canonical(value));
const everywhere = /"(0\.0\.0\.0\/0|::\/0)"/;

const spec = (area: Area, says: string, isWildcard: (spec: Json | undefined) => boolean): Reader => ({
    area,
    paths: ["inputs.spec"],
    read: (inputs) => [
        {
            text: `${object(inputs)} ${says} ${canonical(at(inputs, "spec"))}`,
            wildcard: isWildcard(at(inputs, "spec")),
        },
    ],
});

function networkPolicy(inputs: Json): { text: string; wildcard: boolean }[] {
    const pods = canonical(at(inputs, "spec.podSelector"));
    return (["ingress", "egress"] as const).flatMap((way) =>
        items(at(inputs, `spec.${way}`)).map((rule) => {
            const peers = at(rule, way === "ingress" ? "from" : "to");
            return {
                text: `${way} of pods ${pods} in ${text(at(inputs, "metadata.namespace"))}: ${canonical(rule)}`,
                wildcard: items(peers).length === 0 || everywhere.test(canonical(peers)),
            };
        }),
    );
}

function identities(inputs: Json): { text: string; wildcard: boolean }[] {
    const refs = items(at(inputs, "spec.identityRefs")).map((ref) => ({
        text: `${text(at(ref, "kind"))} ${text(at(ref, "namespace"))}/${text(at(ref, "name"))}`,
        // A namespace as a whole, or a kind without a name, stands for whoever runs there.
        wildcard: at(ref, "kind") !== "ServiceAccount" || at(ref, "name") === undefined,
    }));
    const names = items(at(inputs, "spec.identities")).map((name) => ({
        text: text(name),
        wildcard: text(name).includes("*"),
    }));
    return [...refs, ...names].map(({ text: who, wildcard }) => ({
        text: `${who} counts as a caller of ${object(inputs)}`,
        wildcard,
    }));
}

function role(inputs: Json): { text: string; wildcard: boolean }[] {
    return items(at(inputs, "rules")).map((rule) => ({
        text: `role ${object(inputs)}: ${canonical(rule)}`,
        wildcard: canonical(rule).includes('"*"'),
    }));
}

function binding(inputs: Json): { text: string; wildcard: boolean }[] {
    return items(at(inputs, "subjects")).map((subject) => ({
        text: `${text(at(subject, "kind"))} ${text(at(subject, "namespace"))}/${text(at(subject, "name"))} has ${canonical(at(inputs, "roleRef"))} in ${object(inputs)}`,
        wildcard:
            text(at(inputs, "roleRef.name")) === "cluster-admin" || /^system:(un)?auth/.test(text(at(subject, "name"))),
    }));
}

function securityGroupRule(inputs: Json): { text: string; wildcard: boolean }[] {
    return [{ text: canonical(inputs), wildcard: everywhere.test(canonical(inputs)) }];
}

/** A recording gives a text of several lines as a list. */
const document = (lines: Json | undefined): string => (Array.isArray(lines) ? lines.map(text).join("\n") : text(lines));

/** What the files of the login and of the teams let people and programs do in Airflow. */
function rightsInAirflow(inputs: Json): { text: string; wildcard: boolean }[] {
    const files = at(inputs, "data");
    if (!isMap(files)) {
        return [];
    }
    const breakGlass = document(files["break-glass.json"]);
    return [
        ...rolesByGroup(inputs),
        ...(breakGlass === "" ? [] : [opened(JSON.parse(breakGlass) as Json)]),
        // A file for each bundle of a team.
        ...(text(at(inputs, "metadata.name")).startsWith("airflow-teams-") ? Object.values(files) : []).flatMap(
            (file) => machineGrants(JSON.parse(document(file)) as Json),
        ),
    ];
}

/** It names nobody: it is whoever the cluster lets make such a token. */
function opened(file: Json): { text: string; wildcard: boolean } {
    const [account, until] = [text(at(file, "account")), text(at(file, "until"))];
    return {
        text: `break-glass: whoever may make tokens of ${account} administers Airflow until ${until}`,
        wildcard: true,
    };
}

function machineGrants(team: Json): { text: string; wildcard: boolean }[] {
    return items(at(team, "machines")).flatMap((machine) =>
        items(at(machine, "dags")).map((dag) => ({
            text: `machine ${text(at(machine, "name"))} of team ${text(at(team, "name"))}, by ${tokensOf(machine)}, may start ${text(dag)}`,
            wildcard: false,
        })),
    );
}

function tokensOf(machine: Json): string {
    const claims = at(machine, "claims");
    const said = isMap(claims) ? Object.entries(claims).map(([name, value]) => `, ${name} ${text(value)}`) : [];
    const clientId = at(machine, "clientId");
    return clientId === undefined
        ? `tokens of ${text(at(machine, "issuer"))} for ${text(at(machine, "subject"))}${said.join("")}`
        : `the client ${text(clientId)}${said.join("")}`;
}

function rolesByGroup(inputs: Json): { text: string; wildcard: boolean }[] {
    const login = at(inputs, "data");
    const settings = isMap(login) ? document(login["login.json"]) : "";
    const groups = settings === "" ? undefined : at(JSON.parse(settings) as Json, "rolesByGroup");
    return isMap(groups)
        ? Object.entries(groups).flatMap(([group, roles]) =>
              items(roles).map((each) => ({
                  text: `group ${group} has the role ${text(each)} in Airflow`,
                  wildcard: group === "*",
              })),
          )
        : [];
}

const iam = (path: string): Reader => ({
    area: Area.iam,
    paths: [`inputs.${path}`],
    read: (inputs) => policyGrants(at(inputs, path)),
});
const whole = (area: Area, wildcard: RegExp): Reader => ({
    area,
    paths: ["inputs"],
    read: (inputs) => [{ text: canonical(inputs), wildcard: wildcard.test(canonical(inputs)) }],
});

/** By the type's end, each a way in which a resource lets someone do something. */
const readers: Readonly<Record<string, Reader>> = {
    ":AuthorizationPolicy": spec(
        Area.mesh,
        "lets callers through:",
        // Without anyone to be, everyone is let through.
        (given) => items(at(given, "requiredAuthenticationRefs")).length === 0,
    ),
    ":HTTPRoute": spec(Area.mesh, "is a way in:", () => false),
    ":MeshTLSAuthentication": {
        area: Area.mesh,
        paths: ["inputs.spec.identityRefs", "inputs.spec.identities"],
        read: identities,
    },
    ":NetworkAuthentication": {
        area: Area.mesh,
        paths: ["inputs.spec.networks"],
        read: (inputs) =>
            items(at(inputs, "spec.networks")).map((network) => ({
                text: `${canonical(network)} counts as a caller of ${object(inputs)}`,
                wildcard: everywhere.test(canonical(network)),
            })),
    },
    ":TLSRoute": {
        area: Area.egress,
        paths: ["inputs.spec.hostnames"],
        read: (inputs) =>
            items(at(inputs, "spec.hostnames")).map((host) => ({
                text: `pods of ${text(at(inputs, "metadata.namespace"))} may reach ${text(host)} (${object(inputs)})`,
                wildcard: /^\*(\.[^.]*)?$/.test(text(host)),
            })),
    },
    ":NetworkPolicy": {
        area: Area.network,
        paths: ["inputs.spec.ingress", "inputs.spec.egress", "inputs.spec.podSelector"],
        read: networkPolicy,
    },
    ":SecurityGroupIngressRule": { area: Area.network, paths: ["inputs"], read: securityGroupRule },
    ":SecurityGroupEgressRule": { area: Area.network, paths: ["inputs"], read: securityGroupRule },
    ":Role": { area: Area.cluster, paths: ["inputs.rules"], read: role },
    ":ClusterRole": { area: Area.cluster, paths: ["inputs.rules"], read: role },
    ":RoleBinding": { area: Area.cluster, paths: ["inputs.subjects", "inputs.roleRef"], read: binding },
    ":ClusterRoleBinding": { area: Area.cluster, paths: ["inputs.subjects", "inputs.roleRef"], read: binding },
    ":AccessEntry": whole(Area.cluster, /:root"|"\*"/),
    ":AccessPolicyAssociation": whole(Area.cluster, /"\*"/),
    ":PodIdentityAssociation": whole(Area.iam, /"\*"/),
    ":RolePolicyAttachment": whole(Area.iam, /policy\/(AdministratorAccess|PowerUserAccess|\w*FullAccess)"/),
    ":RolePolicy": iam("policy"),
    ":Policy": iam("policy"),
    ":BucketPolicy": iam("policy"),
    ":Key": iam("policy"),
    "aws:iam/role:Role": iam("assumeRolePolicy"),
    ":ConfigMap": {
        area: Area.people,
        paths: ["inputs.data.login.json", "inputs.data.break-glass.json"],
        read: rightsInAirflow,
    },
};

export function readerOf(type: string): Reader | undefined {
    return readers[type] ?? readers[`:${type.split(":").at(-1) ?? ""}`];
}

/** All that one resource lets someone do. */
export function grantsOf(type: string, resource: Planned | undefined): Grant[] {
    const reader = readerOf(type);
    const inputs = resource?.inputs;
    return reader === undefined || inputs === undefined
        ? []
        : reader.read(inputs).map((grant) => ({ ...grant, area: reader.area }));
}
