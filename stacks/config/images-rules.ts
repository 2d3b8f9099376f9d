import { DatabaseKind } from "../../components/airflow/database/database.ts";
import { digestedImages, type ImageName, images as table } from "../../components/images.ts";
import { type ChartValues } from "../../components/chart-values.ts";
import { below, type KeyPath, type Problem } from "../../components/problem.ts";
import { ClusterKind, NodesKind } from "./cluster/cluster-schema.ts";
import { EntranceKind } from "./entrance/entrance-schema.ts";
import { runsController } from "./entrance/load-balancer-rules.ts";
import { type ParsedConfig } from "./schema.ts";

/** With a mirror nothing may come from anywhere else, and nothing that could be another image tomorrow. */
export function imagesProblems(config: ParsedConfig): Problem[] {
    const { images, airflow, mesh, teams } = config;
    const { mirror } = images;
    if (mirror === undefined) {
        return [];
    }
    const host = `${mirror.split("/")[0]}/`;
    const elsewhere = (path: KeyPath, value: string | undefined): Problem[] =>
        value === undefined || value.startsWith(host)
            ? []
            : [
                  {
                      path,
                      value,
                      rule: `with images.mirror every image comes from ${host}. Copy it there and name it so.`,
                  },
              ];
    return [
        ...missingDigests(config).map((name) => ({
            path: ["images", "digests", name],
            value: undefined,
            rule: `with images.mirror each image is named by its digest. Ask for it: "crane digest ${address(name)}".`,
        })),
        ...elsewhere(["airflow", "image", "repository"], airflow.image?.repository),
        ...[
            { path: ["airflow", "chartValues"], values: airflow.chartValues },
            { path: ["mesh", "chartValues"], values: mesh.chartValues },
        ].flatMap(({ path, values }) =>
            below(path, ...namedImages(values).flatMap(({ at, image }) => elsewhere(at, image))),
        ),
        ...teams.flatMap((team, index) =>
            team.images.flatMap((image, number) => elsewhere(["teams", index, "images", number], image)),
        ),
    ];
}

/** Images that the stack runs and cannot name by digest. */
function missingDigests({ images, airflow, cluster, entrance }: ParsedConfig): ImageName[] {
    const own = airflow.image;
    const unused: readonly (ImageName | false)[] = [
        airflow.database.kind !== DatabaseKind.inCluster && "postgresql",
        !(cluster.kind === ClusterKind.eks && cluster.nodes.kind === NodesKind.karpenter) && "karpenter",
        entrance?.kind !== EntranceKind.gateway && "envoyGateway",
        entrance?.kind !== EntranceKind.gateway && "envoy",
        !(entrance?.kind === EntranceKind.gateway && runsController(entrance, cluster)) && "loadBalancerController",
        (own?.repository ?? own?.tag ?? own?.digest) !== undefined && "airflow",
    ];
    return digestedImages.filter((name) => images.digests[name] === undefined && !unused.includes(name));
}

function address(name: ImageName): string {
    const { registry, repository, tag } = table[name];
    return `${registry}/${repository}:${tag}`;
}

/** What values of a chart name as an image: as a whole, by repository or registry, or by the name in an image's map. */
function namedImages(values: unknown, at: KeyPath = []): { at: KeyPath; image: string }[] {
    if (Array.isArray(values)) {
        return values.flatMap((item, index) => namedImages(item, [...at, index]));
    }
    if (typeof values !== "object" || values === null) {
        return [];
    }
    return Object.entries(values as ChartValues).flatMap(([key, value]) => {
        const path = [...at, key];
        const isImage =
            ["image", "controllerImage", "repository", "registry", "defaultRegistry"].includes(key) ||
            (key === "name" && at.at(-1) === "image");
        return typeof value === "string" && isImage ? [{ at: path, image: value }] : namedImages(value, path);
    });
}
