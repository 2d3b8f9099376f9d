import { PolicyMode } from "../../../components/mesh/policy/objects/server.ts";
import { auditedCalls, isAuditing } from "./audited-call.ts";
import { type Finding, summed } from "./finding.ts";
import { judgeInbound } from "./inbound-judgement.ts";
import { KnownWorkloads } from "./known-workloads.ts";
import { judgeOutbound } from "./outbound-judgement.ts";
import { parsePrometheusText } from "../proxies/prometheus-text.ts";
import { type ProxyScrape, type RawScrape } from "../proxies/proxy-scrape.ts";
import { type StackRows } from "../stack-rows.ts";

export interface Audit {
    readonly findings: readonly Finding[];
    readonly proxies: number;
    /** How many counted calls are allowed by a row. */
    readonly allowed: number;
}

/**
 * Holds what proxies counted against the rows of their stack.
 *
 * @throws when a text is no proxy's, and when nothing shows that anything is audited: an empty list would then say that
 * nothing is amiss.
 */
export function audit(raw: readonly RawScrape[], rows: StackRows): Audit {
    const scrapes = raw.map(parsed);
    if (!scrapes.some(isAuditing)) {
        throw new Error(notAuditing(scrapes.length, rows.mode));
    }
    const known = new KnownWorkloads(rows.table);
    let allowed = 0;
    const findings = scrapes.flatMap(auditedCalls).flatMap((call): Finding[] => {
        const judgement = call.direction === "in" ? judgeInbound(call, rows, known) : judgeOutbound(call, rows, known);
        if (judgement === "allowed") {
            allowed += call.count;
            return [];
        }
        return [{ ...judgement, count: call.count }];
    });
    return { findings: summed(findings), proxies: scrapes.length, allowed };
}

function parsed({ pod, text }: RawScrape): ProxyScrape {
    try {
        return { pod, samples: parsePrometheusText(text) };
    } catch (error) {
        throw new Error(`metrics of ${pod.namespace}/${pod.name}: ${(error as Error).message}`);
    }
}

function notAuditing(proxies: number, mode: PolicyMode): string {
    const seen = `No proxy of ${String(proxies)} counts anything for an audit`;
    return mode === PolicyMode.audit
        ? `${seen}, though the stack says mesh.policy: audit. Bring the stack up with that, and make the pods of its ` +
              "namespaces anew. A stack in which nothing was called yet counts nothing either: then ask again."
        : `${seen}: the stack says mesh.policy: ${mode}. Set it to audit, bring the stack up, and make the pods of its ` +
              "namespaces anew.";
}
