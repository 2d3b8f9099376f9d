// Where chart packaging takes Envoy Gateway's definitions from. A module of its own, because it asks for a newer Gateway
// API than the one that Linkerd reads.
module airflow-linkerd/chart-sources/envoy-gateway

go 1.26.7

require github.com/envoyproxy/gateway v1.9.1
