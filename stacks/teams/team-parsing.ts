import * as pulumi from "@pulumi/pulumi";

import { imageReference, officialImage } from "../../components/airflow/airflow-image.ts";
import { type ContainerSize, resources } from "../../components/airflow/airflow-sizes.ts";
import { concurrencyConfig } from "../../components/airflow/concurrency.ts";
import { bundleAccess, bundleList } from "../../components/airflow/dags/dag-bundles.ts";
import { type DatabaseAccess, type TeamAccess } from "../../components/airflow/database/team-logins/team-access.ts";
import { fernetOrder } from "../../components/airflow/keys/key-generations.ts";
import { secrets } from "../../components/airflow/names.ts";
import { configEnvironment, configOfChart } from "../../components/airflow/settings/airflow-config.ts";
import { eachOnce, mergedConfig, secretEnvironment } from "../../components/airflow/settings/common-settings.ts";
import { lookupVariables } from "../../components/airflow/settings/declared-lookups.ts";
import { logAccess } from "../../components/airflow/tasks/pod-template.ts";
import { TeamDagProcessor } from "../../components/teams/parsing/team-dag-processor.ts";
import { type TeamProcessArgs } from "../../components/teams/parsing/team-process.ts";
import { TeamTriggerer } from "../../components/teams/parsing/team-triggerer.ts";
import { teamNamespace } from "../../components/teams/team-names.ts";
import { type AirflowSurroundings } from "../airflow/airflow-surroundings.ts";
import { type PlatformConfig } from "../config.ts";
import { type ConfiguredTeam } from "../config/teams/team.ts";
import { isIsolated } from "./team-tasks.ts";

/** What is there before: Airflow, its database with each team's login, and teams' namespaces. */
export interface BeforeParsing {
    readonly access: Readonly<Record<string, TeamAccess>>;
    readonly surroundings: AirflowSurroundings;
    /** By bundle: a value that changes with its credentials. */
    readonly bundleVersions: Readonly<Record<string, pulumi.Output<string>>>;
    /** By team: what must be there before a pod of the team's is. */
    readonly ground: Readonly<Record<string, readonly pulumi.Resource[]>>;
}

/**
 * Makes for each isolated team what reads its DAG files and what runs its triggers. They come after Airflow by the address of
 * the database, which is not known before, and after what is their own team's: each dependency is of every one of their
 * resources, so that to name all of Airflow and of every team here would cost the square of the teams.
 */
export function deployTeamParsing(
    { teams, airflow }: PlatformConfig,
    { access, surroundings, bundleVersions, ground }: BeforeParsing,
    opts: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
    const image = airflow.image ?? officialImage(airflow.version);
    const settings = eachOnce(
        configEnvironment(mergedConfig(airflow.config ?? {}, airflow.chartValues ?? {})),
        configEnvironment(configOfChart(concurrencyConfig(airflow.concurrency))),
    );
    const log = logAccess(surroundings.args.logVolume !== undefined);

    const process = (
        { team }: ConfiguredTeam,
        { login, url }: DatabaseAccess,
        size: ContainerSize,
        own: Pick<TeamProcessArgs, "env" | "volumes" | "volumeMounts" | "podAnnotations">,
    ): TeamProcessArgs => ({
        ...own,
        team,
        namespace: teamNamespace(team.name),
        image: imageReference(image),
        pullPolicy: image.pullPolicy,
        imagePullSecrets: image.pullSecret === undefined ? [] : [{ name: image.pullSecret }],
        login,
        databaseUrl: url,
        resources: resources(size),
        env: eachOnce(own.env, settings),
    });

    return teams.filter(isIsolated).flatMap((each) => {
        const { team, bundle } = each;
        const own = access[team.name];
        if (own === undefined) {
            throw new Error(`Airflow has no login for team ${team.name}, which is isolated`);
        }
        const bundles = bundleAccess([bundle]);
        const list = { name: "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", value: bundleList([bundle], team.name) };
        const version = bundleVersions[bundle.name];
        const onGround = pulumi.mergeOptions(opts, { dependsOn: [...(ground[team.name] ?? [])] });
        return [
            new TeamDagProcessor(
                `${teamNamespace(team.name)}-dag-processor`,
                process(each, own.parsing, airflow.sizes.dagProcessor, {
                    env: [list, ...bundles.env],
                    volumes: bundles.volumes,
                    volumeMounts: bundles.volumeMounts,
                    podAnnotations: version === undefined ? {} : { "airflow-linkerd.io/dag-bundle": version },
                }),
                onGround,
            ),
            new TeamTriggerer(
                `${teamNamespace(team.name)}-triggerer`,
                {
                    ...process(each, own.triggering, airflow.sizes.triggerer, {
                        env: secretEnvironment(secrets.taskEnvironment, Object.keys(lookupVariables(airflow.lookups))),
                        volumes: log.volumes,
                        volumeMounts: log.volumeMounts,
                        // It reads the keys only at its start.
                        podAnnotations: {
                            "airflow-linkerd.io/fernet-keys": fernetOrder(airflow.keys.fernet).join(","),
                        },
                    }),
                    fernetKeys: own.fernetKeys,
                },
                onGround,
            ),
        ];
    });
}
