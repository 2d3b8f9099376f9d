import {
    type Connection,
    DecidedBy,
    type NonEmpty,
    Protocol,
    type Reason,
    type Workload,
} from "../../components/connection.ts";
import { type Call } from "../config/calls/call.ts";

/** Rows for what tasks may call in the cluster: the way out alone. Who may come in at the other end, the policies there say. */
export function callRows(
    whose: string,
    from: NonEmpty<Workload>,
    calls: readonly Call[],
    because: (reason: string) => Reason,
): Connection[] {
    return calls.map(({ namespace, service, serviceAccount, labels, port, reason }, index) => ({
        name: `${whose}-${index + 1}`,
        from,
        to: {
            kind: "workload",
            name: service ?? serviceAccount ?? namespace,
            namespace,
            ...(serviceAccount === undefined ? {} : { serviceAccount }),
            labels,
        },
        port: {
            number: port,
            protocol: Protocol.opaque,
            decidedBy: DecidedBy.nobody,
            ...(service === undefined ? {} : { service: { name: service, port } }),
        },
        reason: because(reason ?? "its tasks call it"),
    }));
}
