import { isIP } from "node:net";

import { parseCidr } from "../../../components/cluster/network/cidr.ts";
import { type NonEmpty } from "../../../components/connection.ts";
import { type Problem } from "../../../components/problem.ts";
import { Exposure, type ParsedGateway } from "./entrance-schema.ts";

/** Where nobody of the internet is: the ranges of RFC 1918 and RFC 6598, and IPv6's unique local addresses. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fd00::/8"] as const;

const everywhere = ["0.0.0.0/0", "::/0"] as const;

/** A shorter prefix holds more than any one owner has. */
const widestPrefix = { 4: 8, 6: 16 } as const;

/** Who may connect to the entrance, and why anybody may. */
export function clientProblems({ exposure, allowedCidrs = [], allowAnybody }: ParsedGateway): Problem[] {
    const broken = allowedCidrs.flatMap((cidr, index) =>
        isRange(cidr)
            ? []
            : [
                  {
                      path: ["allowedCidrs", index],
                      value: cidr,
                      rule: 'it must be a range of addresses. Write it as "203.0.113.0/24".',
                  },
              ],
    );
    if (broken.length > 0) {
        return broken;
    }
    const wide = allowedCidrs.findIndex(isWide);
    if (exposure === Exposure.internal && allowAnybody !== undefined) {
        const rule = "the entrance is internal, so not anybody comes there. Remove it, or set exposure to internet.";
        return [{ path: ["allowAnybody"], value: allowAnybody, rule }];
    }
    if (exposure === Exposure.internet && allowedCidrs.length === 0 && allowAnybody === undefined) {
        const rule =
            "anybody could come from the internet. Name the ranges of those who may, or give allowAnybody with a reason.";
        return [{ path: ["allowedCidrs"], value: undefined, rule }];
    }
    if (wide >= 0 && allowAnybody === undefined) {
        const wayOut = exposure === Exposure.internet ? "give allowAnybody with a reason" : "set exposure to internet";
        const rule = `that is anybody. Name narrower ranges, or ${wayOut}.`;
        return [{ path: ["allowedCidrs", wide], value: allowedCidrs[wide], rule }];
    }
    if (allowedCidrs.length > 0 && wide < 0 && allowAnybody !== undefined) {
        const rule = "no range of allowedCidrs is so wide that it holds anybody. Leave one of the two out.";
        return [{ path: ["allowAnybody"], value: allowAnybody, rule }];
    }
    return [];
}

function isRange(cidr: string): boolean {
    const [address = "", prefix = ""] = cidr.split("/");
    return isIP(address) === 6 ? /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128 : parseCidr(cidr) !== undefined;
}

function isWide(cidr: string): boolean {
    const [address = "", prefix] = cidr.split("/");
    const family = isIP(address) === 6 ? 6 : 4;
    return Number(prefix) < widestPrefix[family] && !cidr.startsWith("fd");
}

/** Ranges of those who may connect. */
export function clients({ exposure, allowedCidrs: [first, ...rest] = [] }: ParsedGateway): NonEmpty<string> {
    return first === undefined ? (exposure === Exposure.internet ? everywhere : privateNetworks) : [first, ...rest];
}
