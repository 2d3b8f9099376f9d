import { canonical, type Difference, type Json, outputsType, type ResourceChange } from "../changes.ts";
import { replacing } from "./data-rules.ts";
import { called, created, deleted, type Meaning, type Rule, Verdict, within } from "./rule.ts";

/** A value on one line, for people. Long ones lose their middle. */
export function brief(value: Json | undefined): string {
    const text = value === undefined ? "nothing" : typeof value === "string" ? value : canonical(value);
    return text.length > 160 ? `${text.slice(0, 110)} … ${text.slice(-40)}` : text;
}

const fromTo = ({ path, was, is }: Difference): Meaning => ({
    text: `${path}: ${brief(was)} → ${brief(is)}`,
    explains: [path],
});

const where =
    (holds: (path: string, change: ResourceChange) => boolean): Rule["meanings"] =>
    (change) =>
        change.differences.filter(({ path }) => holds(path, change)).map(fromTo);

/** A launch template's new version goes to all nodes of its group, also where only a tag is another. */
const rollsNodes = (path: string, { type }: ResourceChange): boolean =>
    (type === "aws:ec2/launchTemplate:LaunchTemplate" && path.startsWith("inputs.")) ||
    (type === "aws:eks/nodeGroup:NodeGroup" && /^inputs\.(version|releaseVersion|launchTemplate)\b/.test(path));

/** What Karpenter compares its nodes with: one that no longer fits has drifted, also where only a tag is another. */
const driftsNodes = (path: string, { type }: ResourceChange): boolean =>
    (type.endsWith(":EC2NodeClass") && within(path, "inputs.spec")) ||
    (type.endsWith(":NodePool") && within(path, "inputs.spec.template"));

const isComponent = ({ type }: ResourceChange): boolean => type.startsWith("airflow-linkerd:");
const isWorkload = /:(Deployment|StatefulSet|DaemonSet)$/;
const versions = /\.(version|engineVersion|addonVersion|airflowVersion|defaultAirflowTag|tag|digest|image)$/;
const lifetimes = /\.(duration|renewBefore|validityPeriodHours|earlyRenewalHours|privateKey\.\w+)$/;

/** What restarts, is made anew or takes a while. */
export const runningRules: readonly Rule[] = [
    {
        id: "version-changed",
        verdict: Verdict.review,
        says: "Another version of a chart, an image, Airflow, Kubernetes, an add-on or the database.",
        meanings: where((path) => versions.test(path)),
    },
    {
        id: "lifetime-changed",
        verdict: Verdict.review,
        says: "A certificate is valid for another time, is renewed at another time, or has another kind of key.",
        meanings: where((path) => lifetimes.test(path)),
    },
    {
        id: "nodes-replaced",
        verdict: Verdict.review,
        says: "Nodes are replaced one after another, which ends the tasks on them: deploy it when few run.",
        meanings: where(rollsNodes),
    },
    {
        id: "nodes-drift",
        verdict: Verdict.review,
        says: "Karpenter replaces the nodes of tasks, each once the tasks on it have ended.",
        meanings: where(driftsNodes),
    },
    {
        id: "maintenance",
        verdict: Verdict.review,
        says: "The database, the cluster or its nodes change in place: perhaps with an interruption, so choose a time.",
        meanings: where((path, { type }) => /^aws:(rds|eks)\//.test(type) && path.startsWith("inputs.")),
    },
    {
        id: "restart",
        verdict: Verdict.review,
        says: "Pods are made anew, since what they are made from changes.",
        meanings: where((path, { type }) => isWorkload.test(type) && within(path, "inputs.spec.template")),
    },
    {
        id: "chart-values",
        verdict: Verdict.review,
        says: "A chart gets other values. What it makes of them may restart.",
        meanings: where((path, { type }) => type.endsWith(":Release") && within(path, "inputs.values")),
    },
    {
        id: "chart-objects",
        verdict: Verdict.review,
        says: "With `--render`: what a chart makes of its values changes, object by object. Checksums are one line.",
        meanings: ({ rendered = [] }) => rendered.map((text) => ({ text, explains: [] })),
    },
    {
        id: "replaced",
        verdict: Verdict.review,
        says: "A resource that holds no data is made anew.",
        meanings: (change) =>
            replacing(change).map((path) => ({
                text: `${called(change)} is replaced, since ${path} cannot be changed in place`,
                explains: [path],
            })),
    },
    {
        id: "outputs-changed",
        verdict: Verdict.review,
        says: "An output of the stack changes, on which other stacks may build.",
        meanings: where((_path, { type }) => type === outputsType),
    },
    {
        id: "created",
        verdict: Verdict.review,
        says: "A resource is created.",
        meanings: (change) =>
            created(change) && !isComponent(change) ? [{ text: `${called(change)} is created`, explains: [] }] : [],
    },
    {
        id: "deleted",
        verdict: Verdict.review,
        says: "A resource is deleted.",
        meanings: (change) =>
            deleted(change) && !isComponent(change) ? [{ text: `${called(change)} is deleted`, explains: [] }] : [],
    },
    {
        id: "component",
        verdict: Verdict.safe,
        says: "A component comes or goes. It is a name for what is in it, which is judged by itself.",
        meanings: (change) =>
            isComponent(change) && (created(change) || deleted(change))
                ? [{ text: `${called(change)} ${created(change) ? "comes" : "goes"}`, explains: [] }]
                : [],
    },
    {
        id: "tags",
        verdict: Verdict.safe,
        says: "Tags in AWS, or the reason that stands beside a policy, change.",
        meanings: where((path) => /^inputs\.(tags\b|metadata\.annotations\.airflow-linkerd\.io\/reason$)/.test(path)),
    },
    {
        id: "order",
        verdict: Verdict.safe,
        says: "What waits for what, and for how long, changes.",
        meanings: where((path) => within(path, "dependsOn") || within(path, "timeouts")),
    },
];
