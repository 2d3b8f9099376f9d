import assert from "node:assert/strict";

import { objects, only, withHelm } from "./helm.ts";
import { values } from "./values.ts";

const chart = "aws-load-balancer-controller";

describe("the rehearsal's controller of load balancers", () => {
    withHelm();

    it("runs without rights on its node, whatever it adds to the chart's own", async () => {
        const rendered = await objects(chart, values[chart] ?? {});
        const { spec } = only(rendered, "Deployment", chart).spec.template;
        assert.deepEqual(spec.securityContext, { fsGroup: 65534, seccompProfile: { type: "RuntimeDefault" } });
        assert.deepEqual(spec.containers[0].securityContext, {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
        });
    });

    it("is told its tags in one argument, in which their values may have spaces and a =", async () => {
        const rendered = await objects(chart, { ...values[chart], defaultTags: { a: "b c", d: "e=f" } });
        const [container] = only(rendered, "Deployment", chart).spec.template.spec.containers;
        assert.ok(container.args.includes("--default-tags=a=b c,d=e=f"), container.args.join("\n"));
    });

    it("is asked by the API server about bindings alone, through the Service that its certificate names", async () => {
        const rendered = await objects(chart, values[chart] ?? {});
        const hooks = rendered.filter(({ kind }) => kind.endsWith("WebhookConfiguration"));
        assert.equal(hooks.length, 2);
        const certificate = only(rendered, "Certificate", "aws-load-balancer-serving-cert");
        for (const { metadata, webhooks } of hooks) {
            assert.equal(
                metadata.annotations?.["cert-manager.io/inject-ca-from"],
                "load-balancer/aws-load-balancer-serving-cert",
            );
            for (const { clientConfig, rules } of webhooks) {
                const { name, namespace } = clientConfig.service;
                assert.ok(certificate.spec.dnsNames.includes(`${name}.${namespace}.svc`));
                assert.deepEqual(rules[0].resources, ["targetgroupbindings"]);
            }
        }
    });
});
