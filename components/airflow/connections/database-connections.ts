import {
    type Connection,
    type Destination,
    type Egress,
    type Hosts,
    type NonEmpty,
    type Workload,
} from "../../connection.ts";
import {
    apiServer,
    databaseCleanup,
    databaseRole,
    fernetCheck,
    fernetRotation,
    migration,
    pgbouncer,
    poolImport,
    ports,
    postgresql,
    scheduler,
    teamRights,
} from "./workloads.ts";

/** Where the metadata database is, and which of the commands that change it the stack has. */
export interface DatabasePlace {
    /** Undefined is a server in the cluster. */
    readonly outside?: Hosts | Destination;
    /** Whether a Job makes Airflow's user on it. */
    readonly makesRole: boolean;
    readonly importsPools: boolean;
    readonly rotatesFernetKey: boolean;
    /** Whether a Job gives teams' logins their rights. */
    readonly keepsTeamRights: boolean;
    /** Who reads DAG files, and who runs triggers: for everybody, or for a team. */
    readonly parts: readonly Workload[];
}

/** Only PgBouncer and the Jobs that must reach the database's server do. A task never does, and asks the API server. */
export function databaseConnections(place: DatabasePlace): { connections: Connection[]; egress: Egress[] } {
    const pool: Connection = {
        name: "pool",
        from: [apiServer, scheduler, ...place.parts],
        to: pgbouncer,
        port: ports.pgbouncer,
        reason: "Airflow's own parts keep their state in the metadata database",
    };
    const direct: NonEmpty<Workload> = [
        pgbouncer,
        migration,
        fernetCheck,
        databaseCleanup,
        ...(place.importsPools ? [poolImport] : []),
        ...(place.rotatesFernetKey ? [fernetRotation] : []),
        ...(place.makesRole ? [databaseRole] : []),
        ...(place.keepsTeamRights ? [teamRights] : []),
    ];
    const reason = "The pool's connections end at the server, and commands that lock or rewrite it go past the pool";
    return place.outside === undefined
        ? {
              connections: [pool, { name: "server", from: direct, to: postgresql, port: ports.postgresql, reason }],
              egress: [],
          }
        : { connections: [pool], egress: [{ name: "database", from: direct, to: place.outside, reason }] };
}
