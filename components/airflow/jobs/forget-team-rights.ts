import { readFileSync } from "node:fs";

/** The name of the file, by which the Job that gives the rights finds it as well. */
export const forgettingFile = "forget_team_rights.sql";

/** Drops the rights of teams' logins to the database, before a migration and before they are given anew. */
export const forgetTeamRights = readFileSync(new URL(forgettingFile, import.meta.url), "utf8");
