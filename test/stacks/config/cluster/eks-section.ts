import { refuses } from "../../stack-file.ts";

/** The section `cluster` of a stack that makes one, with nothing said that has a default. */
export const eks = {
    kind: "eks",
    name: "airflow-prod",
    accountId: "123456789012",
    region: "eu-central-1",
    admins: ["arn:aws:iam::123456789012:role/deployer"],
};

/** Proves that these are all the problems of such a stack, with what a test changes of its cluster. */
export function refusesCluster(more: object, ...problems: string[]): void {
    refuses(
        problems.map((text) => `airflow-linkerd:cluster.${text}`),
        { cluster: { ...eks, ...more } },
    );
}
