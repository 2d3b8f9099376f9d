/** The types of resources of a database in the cluster and of Airflow's secrets. */
export const databaseKinds = [
    "random:index/randomPassword:RandomPassword",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:Service",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:apps/v1:StatefulSet",
    "kubernetes:cert-manager.io/v1:Issuer",
    "kubernetes:cert-manager.io/v1:Certificate",
];
