// Where chart packaging takes Gateway API's manifest from. A module of its own, because cert-manager's asks for a newer
// Gateway API and one module can hold only one version.
module airflow-linkerd/chart-sources

go 1.26.0

require sigs.k8s.io/gateway-api v1.5.1
