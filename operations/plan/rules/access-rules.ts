import { type ResourceChange } from "../changes.ts";
import { Area, type Grant, grantsOf, readerOf } from "./grants.ts";
import { meshTypes, refusalsOf } from "./refusals.ts";
import { type Meaning, type Rule, Verdict } from "./rule.ts";

const kinds: Readonly<Record<Area, string>> = {
    [Area.mesh]: "call a workload through the mesh",
    [Area.egress]: "reach a host outside the cluster",
    [Area.network]: "send packets, by a NetworkPolicy or a security group",
    [Area.iam]: "do something in AWS, or become a role there",
    [Area.cluster]: "do something with the cluster's API",
    [Area.people]: "do something in Airflow by their group",
};

/** What one side lets happen and the other does not. */
function missing(area: Area, type: string, from: ResourceChange["before"], there: ResourceChange["before"]): Grant[] {
    const known = new Set(grantsOf(type, there).map(({ text }) => text));
    return grantsOf(type, from).filter((grant) => grant.area === area && !known.has(grant.text));
}

function granted(area: Area, wildcard: boolean): Rule["meanings"] {
    return ({ type, before, after }) =>
        missing(area, type, after, before)
            .filter((grant) => grant.wildcard === wildcard)
            .map(({ text }) => ({ text: `new: ${text}`, explains: readerOf(type)?.paths ?? [] }));
}

function withdrawn(area: Area): Rule["meanings"] {
    return ({ type, before, after }) =>
        missing(area, type, before, after).map(({ text }) => ({
            text: `no longer: ${text}`,
            explains: readerOf(type)?.paths ?? [],
        }));
}

/** What is refused on one side and not on the other. What goes with the object that it was about is no loss of its own. */
function lost(change: ResourceChange, ofMesh: boolean): Meaning[] {
    if (meshTypes.some((type) => change.type.endsWith(`:${type}`)) !== ofMesh) {
        return [];
    }
    const kept = new Set(refusalsOf(change.type, change.after).map(({ text }) => text));
    return refusalsOf(change.type, change.before)
        .filter(({ text }) => !kept.has(text))
        .map(({ text, path }) => ({ text: `no longer: ${text}`, explains: [path] }));
}

function gained({ type, before, after }: ResourceChange): Meaning[] {
    const known = new Set(refusalsOf(type, before).map(({ text }) => text));
    return refusalsOf(type, after)
        .filter(({ text }) => !known.has(text))
        .map(({ text, path }) => ({ text: `new: ${text}`, explains: [path] }));
}

/** Who may do what, more and less. */
export const accessRules: readonly Rule[] = [
    ...Object.entries(kinds).flatMap(([area, verb]): Rule[] => [
        {
            id: `${area}-wildcard`,
            verdict: Verdict.danger,
            says: `Someone may newly ${verb}, and the right names no one or nothing in particular: a wildcard.`,
            meanings: granted(area as Area, true),
        },
        {
            id: `${area}-wider`,
            verdict: Verdict.review,
            says: `Someone may newly ${verb}.`,
            meanings: granted(area as Area, false),
        },
        {
            id: `${area}-narrower`,
            verdict: area === Area.people ? Verdict.review : Verdict.safe,
            says:
                area === Area.people
                    ? `A group loses the right to ${verb}: people may be locked out.`
                    : `Someone may no longer ${verb}.`,
            meanings: withdrawn(area as Area),
        },
    ]),
    {
        id: "mesh-refuses-less",
        verdict: Verdict.danger,
        says: "The mesh no longer refuses what no policy names: a policy on audit, pods without a proxy, or no default of deny.",
        meanings: (change) => lost(change, true),
    },
    {
        id: "refuses-less",
        verdict: Verdict.danger,
        says: "Something is no longer refused: an open API endpoint, a NetworkPolicy's default, a denial in IAM, an admission rule, a bucket kept from the public.",
        meanings: (change) => lost(change, false),
    },
    {
        id: "refuses-more",
        verdict: Verdict.safe,
        says: "Something is newly refused.",
        meanings: gained,
    },
];
