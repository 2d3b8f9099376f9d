import { canonical, isMap, type Json, type ResourceChange } from "../changes.ts";
import { called, created, deleted, type Meaning, type Rule, Verdict, within } from "./rule.ts";

/** Types that hold what nothing makes again: data, or a key without which data cannot be read. */
const holders =
    /^aws:(rds\/(instance|cluster)|s3\/bucket|kms\/key|secretsmanager\/secret|efs\/fileSystem|eks\/cluster|cloudwatch\/logGroup|ec2\/vpc):|:(PersistentVolume|PersistentVolumeClaim|StatefulSet|Namespace)$|^(tls:index\/privateKey|random:index\/randomBytes):/;

/** Inputs that a provider cannot change in place, so that the resource is made anew. */
export function replacing({ after, differences }: ResourceChange): string[] {
    const fixed = (after?.replacedBy ?? []).map((path) => `inputs.${path}`);
    return differences
        .map(({ path }) => path)
        .filter((path) => fixed.some((each) => within(path, each) || within(each, path)));
}

const isHolder = ({ type }: ResourceChange): boolean => holders.test(type);

/** How long something is kept, by where that is said. */
function retentions(value: Json | undefined, path = ""): [path: string, days: number][] {
    if (Array.isArray(value)) {
        return value.flatMap((item, index) => retentions(item, `${path}[${String(index)}]`));
    }
    if (!isMap(value)) {
        const kept = /(retention\w*|expiration\.days|noncurrentDays|deletionWindowInDays)$/i.test(path);
        return kept && typeof value === "number" ? [[path, value]] : [];
    }
    // Jobs that clean up are told by their environment.
    const { name, value: days } = value;
    const told = typeof name === "string" && /(_DAYS|RETENTION)/.test(name) && Number(days) > 0;
    return [
        ...(told ? ([[`${path}.value`, Number(days)]] as [string, number][]) : []),
        ...Object.entries(value).flatMap(([key, item]) => retentions(item, path === "" ? key : `${path}.${key}`)),
    ];
}

/** The places where something is kept for another time, and whether for less. What is said nowhere is kept for good. */
function kept({ before, after }: ResourceChange): { path: string; was: number; is: number }[] {
    if (before === undefined || after === undefined) {
        return [];
    }
    const [was, is] = [before, after].map(({ inputs }) => new Map(retentions(inputs, "inputs")));
    return [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])]
        .map((path) => ({ path, was: was?.get(path) ?? Infinity, is: is?.get(path) ?? Infinity }))
        .filter(({ was: one, is: other }) => one !== other);
}

const time = (days: number): string => (days === Infinity ? "for good" : String(days));

const changedTime = ({ path, was, is }: { path: string; was: number; is: number }): Meaning => ({
    text: `${path}: kept ${time(was)} before, ${time(is)} now`,
    explains: [path],
});

const isRoot = ({ type, before }: ResourceChange): boolean => type.endsWith(":TrustRoot") || isTrusted(before?.inputs);

const isTrusted = (inputs: Json | undefined): boolean =>
    canonical(inputs).includes('"airflow-linkerd.io/trust":"trusted"') &&
    canonical(inputs).includes('"kind":"ConfigMap"');

/** What may be lost for good. */
export const dataRules: readonly Rule[] = [
    {
        id: "data-deleted",
        verdict: Verdict.danger,
        says: "A holder of data, or of a key that data is encrypted with, is deleted.",
        meanings: (change) =>
            isHolder(change) && deleted(change)
                ? [{ text: `${called(change)} is deleted with all it holds`, explains: [] }]
                : [],
    },
    {
        id: "data-replaced",
        verdict: Verdict.danger,
        says: "A holder of data, or of a key that data is encrypted with, is made anew: empty.",
        meanings: (change) =>
            isHolder(change)
                ? replacing(change).map((path) => ({
                      text: `${called(change)} is replaced by an empty one, since ${path} cannot be changed in place`,
                      explains: [path],
                  }))
                : [],
    },
    {
        id: "protection-dropped",
        verdict: Verdict.danger,
        says: "A protection against deletion goes: Pulumi's, AWS's, a bucket's versions or lock, or a last snapshot.",
        meanings: ({ before, after, differences }) =>
            before === undefined || after === undefined
                ? []
                : differences
                      .filter(
                          ({ path, was, is }) =>
                              (/^(protect|retainOnDelete|inputs\.deletionProtection|inputs\.objectLockEnabled)$/.test(
                                  path,
                              ) &&
                                  was === true) ||
                              (/^inputs\.(forceDestroy|skipFinalSnapshot|deleteAutomatedBackups)$/.test(path) &&
                                  is === true) ||
                              (path === "inputs.versioningConfiguration.status" && was === "Enabled") ||
                              (path === "inputs.spec.persistentVolumeReclaimPolicy" && was === "Retain"),
                      )
                      .map(({ path, was, is }) => ({
                          text: `${path} was ${canonical(was)} and is ${is === undefined ? "gone" : canonical(is)}`,
                          explains: [path],
                      })),
    },
    {
        id: "retention-shorter",
        verdict: Verdict.danger,
        says: "Something is kept for a shorter time: backups, logs, old versions, history.",
        meanings: (change) =>
            kept(change)
                .filter(({ was, is }) => is < was)
                .map(changedTime),
    },
    {
        id: "retention-longer",
        verdict: Verdict.safe,
        says: "Something is kept for a longer time.",
        meanings: (change) =>
            kept(change)
                .filter(({ was, is }) => is > was)
                .map(changedTime),
    },
    {
        id: "root-dropped",
        verdict: Verdict.danger,
        says: "A trusted root of the mesh is dropped: certificates under it are refused from then on.",
        meanings: (change) =>
            isRoot(change) &&
            (deleted(change) || !(change.type.endsWith(":TrustRoot") || isTrusted(change.after?.inputs)))
                ? [{ text: `${called(change)} is trusted no longer`, explains: ["inputs.metadata.labels"] }]
                : [],
    },
    {
        id: "team-removed",
        verdict: Verdict.danger,
        says: "A team is removed, with its namespace, its rights and its running tasks.",
        meanings: (change) =>
            change.type.endsWith(":TeamNamespace") && deleted(change)
                ? [{ text: `${change.name} is removed`, explains: [] }]
                : [],
    },
    {
        id: "team-added",
        verdict: Verdict.review,
        says: "A team is added.",
        meanings: (change) =>
            change.type.endsWith(":TeamNamespace") && created(change)
                ? [{ text: `${change.name} is added`, explains: [] }]
                : [],
    },
];
