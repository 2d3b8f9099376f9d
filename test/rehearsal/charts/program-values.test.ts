import { airflowValues } from "../../../components/airflow/airflow-values.ts";
import { type ChartValues } from "../../../components/chart-values.ts";
import { envoyGatewayValues } from "../../../components/entrance/controller/envoy-gateway-values.ts";
import { loadBalancerValues } from "../../../components/entrance/load-balancer/load-balancer-values.ts";
import { LoginProvider } from "../../../components/identity/login-providers.ts";
import { loginSettings } from "../../../components/identity/login-settings.ts";
import { loginValues } from "../../../components/identity/login-values.ts";
import { certManagerValues, trustManagerValues } from "../../../components/mesh/cert-manager-values.ts";
import { defaultLifetimes } from "../../../components/mesh/trust/lifetimes.ts";
import { controlPlaneValues, type LinkerdSettings, vizValues } from "../../../components/mesh/linkerd-values.ts";
import { airflowSettings } from "../../components/airflow/airflow-settings.ts";
import { render, withHelm } from "./helm.ts";

function sent(highAvailability: boolean): [chart: string, values: ChartValues][] {
    const mesh: LinkerdSettings = {
        trustDomain: "cluster.local",
        lifetimes: defaultLifetimes,
        highAvailability,
        chartValues: {},
    };
    const settings = loginSettings({
        provider: LoginProvider.oidc,
        issuer: "https://login.example.com",
        clientId: "airflow",
        adminGroups: ["platform-admins"],
        contact: "the platform team",
    });
    const airflow = airflowValues({
        ...airflowSettings,
        highAvailability,
        logVolume: !highAvailability,
        login: loginValues(settings),
    });
    return [
        ["cert-manager", certManagerValues({ highAvailability, provesByDns: true })],
        ["trust-manager", trustManagerValues(highAvailability, "cert-manager")],
        ["linkerd-control-plane", controlPlaneValues(mesh)],
        ["linkerd-viz", vizValues(mesh)],
        ["gateway-helm", envoyGatewayValues({ highAvailability, namespaces: ["entrance", "airflow"] })],
        [
            "aws-load-balancer-controller",
            loadBalancerValues({
                clusterName: "prod",
                region: "eu-west-1",
                vpcId: "vpc-1",
                issuerRef: { group: "cert-manager.io", kind: "Issuer", name: "ca" },
                annotations: {},
                tags: {},
                highAvailability,
            }),
        ],
        ["airflow", airflow],
    ];
}

describe("values of the program", () => {
    withHelm();

    for (const highAvailability of [false, true]) {
        for (const [chart, values] of sent(highAvailability)) {
            it(`are all known to the rehearsal's ${chart}, ${highAvailability ? "highly available" : "once"}`, async () => {
                await render(chart, values);
            });
        }
    }
});
