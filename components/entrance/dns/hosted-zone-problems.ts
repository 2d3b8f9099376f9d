import { type Problem } from "../../problem.ts";

/** What AWS says about a hosted zone. */
export interface HostedZoneFacts {
    /** With or without a dot at its end. */
    readonly name: string;
    /** Whether only the networks that it belongs to can ask it. */
    readonly privateZone: boolean;
}

export interface HostedZoneNeeds {
    /** Where the stack names the zone, such as `entrance.dns.zoneId`. */
    readonly path: readonly string[];
    readonly zoneId: string;
    /** All that gets records there. */
    readonly hostnames: readonly string[];
    /** Why a private zone will not do. Undefined where one may. */
    readonly publicBecause?: string | undefined;
}

/** Everything that keeps those names out of the zone, each with the way out. */
export function hostedZoneProblems(zone: HostedZoneFacts | undefined, needs: HostedZoneNeeds): Problem[] {
    const { path, zoneId: value, hostnames, publicBecause } = needs;
    if (zone === undefined) {
        const rule = "there is no such hosted zone in this account. Correct it, or make the zone first.";
        return [{ path, value, rule }];
    }
    const zoneName = zone.name.replace(/\.$/, "").toLowerCase();
    const isInside = (name: string) => `.${name}`.endsWith(zoneName === "" ? "" : `.${zoneName}`);
    return [
        // AWS's provider would put the zone's own name behind them.
        ...hostnames
            .filter((name) => !isInside(name))
            .map((name) => ({
                path,
                value,
                rule:
                    `it is the zone of ${zoneName}, and ${name} is not in that. Name the zone that has it, or choose another ` +
                    `host name.`,
            })),
        ...(publicBecause !== undefined && zone.privateZone
            ? [
                  {
                      path,
                      value,
                      rule: `it is a private zone, and ${publicBecause}. Name the public zone of ${zoneName}.`,
                  },
              ]
            : []),
    ];
}
