import { breakGlassAccount, type BreakGlassRules } from "../../components/identity/break-glass.ts";

/** What an open break-glass means. */
export function breakGlassLine({ until, reason }: BreakGlassRules): string {
    return `break-glass is open until ${until}: whoever may make tokens of the account ${breakGlassAccount} administers Airflow. Reason: ${reason}`;
}
