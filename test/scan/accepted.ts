import { glob, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { type AcceptedFindings } from "../../components/accepted-findings.ts";
import { nameOf, packageOf, typeOf } from "../../rehearsal/engine/values/urn.ts";
import { checkout } from "../../rehearsal/place.ts";
import { type Finding } from "./checkov.ts";
import { type ScannedResource } from "./scanned-resource.ts";

/** One finding that is left as it is, as it stands beside its resource. */
export interface Acceptance {
    /** From the checkout. Its name is the component's noun. */
    readonly file: string;
    /** Of the resource within its component; one that ends in `*` stands for all that begin so. */
    readonly suffix: string;
    readonly check: string;
    readonly reason: string;
}

/** What is wrong between what was found and what is accepted, as lines for people. */
export function disagreements(findings: readonly Finding[], acceptances: readonly Acceptance[]): string[] {
    const open = findings
        .filter((finding) => !acceptances.some((acceptance) => accepts(acceptance, finding)))
        .map(({ resource, check, wants }) => {
            const { file, suffix } = placeOf(resource);
            const wayOut = file === undefined ? "" : `, or accept ${check} of "${suffix}" in ${file} with the reason`;
            return `${nameOf(resource.urn)} (${resource.type}) fails ${check}: ${wants}. Fix it${wayOut}.`;
        });
    const stale = acceptances
        .filter((acceptance) => !findings.some((finding) => accepts(acceptance, finding)))
        .map(({ file, suffix, check }) => `${file} accepts ${check} of "${suffix}", which nothing fails. Remove it.`);
    const unsaid = acceptances
        .filter(({ reason }) => !/\w+\W+\w+/.test(reason))
        .map(({ file, suffix, check }) => `${file} accepts ${check} of "${suffix}" without a reason. Say why.`);
    return [...open, ...stale, ...unsaid];
}

/** All that the files of components accept. */
export async function acceptances(folders = ["components", "examples"]): Promise<Acceptance[]> {
    const found: Acceptance[] = [];
    for await (const file of glob(`{${folders.join(",")}}/**/*.ts`, { cwd: checkout })) {
        // A program is not loaded to see whether it accepts anything: that would run it.
        if ((await readFile(join(checkout, file), "utf8")).includes("export const acceptedFindings")) {
            const { acceptedFindings } = (await import(join(checkout, file))) as { acceptedFindings: AcceptedFindings };
            for (const [suffix, checks] of Object.entries(acceptedFindings)) {
                found.push(...Object.entries(checks).map(([check, reason]) => ({ file, suffix, check, reason })));
            }
        }
    }
    return found;
}

function accepts({ file, suffix, check }: Acceptance, finding: Finding): boolean {
    const place = placeOf(finding.resource);
    const matches = suffix.endsWith("*") ? place.suffix.startsWith(suffix.slice(0, -1)) : place.suffix === suffix;
    return check === finding.check && matches && place.isOf(file);
}

/** Where a resource's acceptances stand: in the file of the component that made it, under its suffix there. */
function placeOf({ urn, parent = "" }: ScannedResource) {
    const component = typeOf(parent);
    const noun = component.split(":").at(-1) ?? "";
    const own = packageOf(component);
    if (!own.startsWith(platform)) {
        return { file: undefined, suffix: nameOf(urn), isOf: () => false };
    }
    const name = noun.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    const folder = own === platform ? "components/" : `examples${own.slice(platform.length).replace("-", "/")}/`;
    return {
        file: `${folder}…/${name}.ts`.replace(/(examples\/[^/]+\/)…\//, "$1"),
        suffix: nameOf(urn).slice(nameOf(parent).length + 1),
        isOf: (file: string) => file.startsWith(folder) && basename(file, ".ts") === name,
    };
}

/** The package of the platform's own components; an example's begins with it. */
const platform = "airflow-linkerd";
