import * as pulumi from "@pulumi/pulumi";

import { tagProblems } from "../components/aws/resource-tags.ts";
import { below, type Problem } from "../components/problem.ts";
import { airflowConfig, airflowProblems } from "./config/airflow/airflow-rules.ts";
import { awsProblems } from "./config/cluster/aws-rules.ts";
import { chartsConfig, chartsProblems } from "./config/mesh/charts-rules.ts";
import { clusterConfig, clusterProblems } from "./config/cluster/cluster-rules.ts";
import { entranceConfig, entranceProblems, entranceStackProblems } from "./config/entrance/entrance-rules.ts";
import { imagesProblems } from "./config/images-rules.ts";
import { loginConfig, loginProblems } from "./config/login/login-rules.ts";
import { foreignSecretLines, secretProblems, startsWith } from "./config/plain-secrets.ts";
import { issueProblems, problemLine, unknownKey } from "./config/problems.ts";
import { configSchema, type ParsedConfig } from "./config/schema.ts";
import { writtenSections } from "./config/stack-file.ts";
import { configWithRetries } from "./config/airflow/task-retries.ts";
import { teamsConfig } from "./config/teams/team.ts";
import { teamCredentialsProblems, whereCredentialsAre, withCredentials } from "./config/teams/team-credentials.ts";
import { type Given, teamsIn } from "./config/teams/teams-file.ts";
import { meshProblems } from "./config/mesh/mesh-rules.ts";
import { platformNodesProblems } from "./config/cluster/platform-nodes-rules.ts";
import { teamsProblems } from "./config/teams/team-rules.ts";
import { kubectlProblems } from "./config/login/kubectl-rules.ts";
import { teamStackProblems } from "./config/teams/team-stack-rules.ts";
import { trustProblems } from "./config/mesh/trust-rules.ts";

/** A stack's config as Pulumi hands it over. */
export interface StackConfig {
    /** The stack's short name, such as `dev`. */
    readonly stack: string;
    /** Values by key, without the project's name before it. Maps and lists are JSON. */
    readonly values: Readonly<Record<string, string>>;
    /** The keys under which something is encrypted. */
    readonly secretKeys: ReadonlySet<string>;
    /** The stack's sections as its file has them, where that is known: what stands there is in plain text. */
    readonly written?: Readonly<Record<string, unknown>>;
    /** The config of Pulumi's providers by its whole key, as far as it is in plain text. */
    readonly providers?: Readonly<Record<string, string>>;
}

/** A stack's whole config, checked and with defaults. */
export type PlatformConfig = ReturnType<typeof checkedConfig>;

/** Reads the config of the running stack. Throws one error with everything that is wrong in it. */
export function readConfig(): PlatformConfig {
    const prefix = `${pulumi.getProject()}:`;
    const all = Object.entries(pulumi.runtime.allConfig());
    const values = all
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value] as const);
    // Pulumi's own `Config` class uses this function, which its typings leave out.
    const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
    const secretKeys = new Set(values.map(([key]) => key).filter((key) => isConfigSecret(prefix + key)));
    return checkedConfig({
        stack: pulumi.getStack(),
        values: Object.fromEntries(values),
        secretKeys,
        written: secretKeys.size === 0 ? {} : writtenSections(process.cwd(), pulumi.getProject(), pulumi.getStack()),
        providers: Object.fromEntries(all.filter(([key]) => !key.startsWith(prefix) && !isConfigSecret(key))),
    });
}

/** Checks a stack's config and the files that it names. Throws one error with every problem. */
export function checkedConfig({ stack, values, secretKeys, written = {}, providers = {} }: StackConfig) {
    const sections = Object.keys(configSchema.shape);
    const found: Problem[] = Object.keys(values)
        .filter((key) => !sections.includes(key))
        .map((key) => unknownKey([key], sections));
    const secrets: Problem[] = [];

    const section = <Key extends keyof ParsedConfig>(
        key: Key,
        problemsOf: (section: ParsedConfig[Key]) => readonly Problem[] = () => [],
        given: Given = { value: fromJson(values[key]) },
        inFile = false,
    ): ParsedConfig[Key] => {
        if ("problem" in given) {
            found.push(given.problem);
            // As after a schema problem.
            return undefined as unknown as ParsedConfig[Key];
        }
        const { value } = given;
        secrets.push(...secretProblems(key, value, { some: secretKeys.has(key), written: written[key], inFile }));
        const result = configSchema.shape[key].safeParse(value);
        const parsed = result.data as ParsedConfig[Key];
        found.push(
            ...(result.success ? below([key], ...problemsOf(parsed)) : issueProblems(key, value, result.error.issues)),
        );
        // Undefined after a schema problem. `refuse` throws below before anything uses it.
        return parsed;
    };

    const teamsFile = section("teamsFile");
    const teamCredentials = section("teamCredentials");
    const parsed: ParsedConfig = {
        cluster: section("cluster", clusterProblems),
        charts: section("charts", chartsProblems),
        images: section("images"),
        trust: section("trust", trustProblems),
        mesh: section("mesh", meshProblems),
        airflow: section("airflow", (airflow) => airflowProblems(airflow, stack)),
        entrance: section("entrance", entranceProblems),
        existing: section("existing"),
        allowReplace: section("allowReplace"),
        tags: section("tags", tagProblems),
        login: section("login", loginProblems),
        teams: section(
            "teams",
            (teams) => teamsProblems(withCredentials(teams, teamCredentials), stack),
            teamsIn(fromJson(values.teams), teamsFile),
            teamsFile !== undefined,
        ),
        teamsFile,
        teamCredentials,
    };
    // Credentials in the teams' file are in the wrong place, whatever else is wrong with them.
    const movable = secrets.filter(({ path }) => path[0] === "teams" && teamsFile !== undefined);
    const told = found
        .filter(({ path }) => !movable.some((secret) => startsWith(path, secret.path)))
        .map((problem) => whereCredentialsAre(problem, parsed));
    // Where another rule refuses the key, it knows the way out better.
    const misplaced = secrets.filter(({ path }) => !told.some((problem) => startsWith(path, problem.path)));
    refuse(stack, [
        ...[...misplaced, ...told].map((problem) => problemLine(problem, secretKeys.has(String(problem.path[0])))),
        ...foreignSecretLines(providers),
    ]);
    // Rules between sections need every section to be valid.
    refuse(
        stack,
        [
            ...awsProblems(parsed),
            ...platformNodesProblems(parsed),
            ...teamStackProblems(parsed),
            ...kubectlProblems(parsed),
            ...teamCredentialsProblems(parsed),
            ...entranceStackProblems(parsed),
            ...imagesProblems(parsed),
        ].map((problem) => problemLine(problem, secretKeys.has(String(problem.path[0])))),
    );

    const { teamsFile: _file, teamCredentials: _credentials, ...sectionsOfStack } = parsed;
    return {
        ...sectionsOfStack,
        cluster: clusterConfig(parsed.cluster),
        charts: chartsConfig(parsed.charts),
        airflow: { ...airflowConfig(parsed.airflow, parsed.images), config: configWithRetries(parsed) },
        entrance: entranceConfig(parsed),
        login: loginConfig(parsed.login),
        teams: teamsConfig(withCredentials(parsed.teams, parsed.teamCredentials), parsed.login),
    };
}

/** The message names no file: Pulumi does not tell a program which one the config was read from. */
function refuse(stack: string, lines: readonly string[]): void {
    if (lines.length > 0) {
        const count = lines.length === 1 ? "a problem" : `${lines.length} problems`;
        throw new pulumi.RunError(
            `The config of stack ${stack} has ${count}. Nothing was changed.\n` +
                lines.map((line) => `  - ${line}`).join("\n"),
        );
    }
}

/** Pulumi gives maps, lists, numbers and booleans as JSON, and text unchanged. */
function fromJson(text: string | undefined): unknown {
    if (text === undefined) {
        return undefined;
    }
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
