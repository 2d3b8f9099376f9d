import assert from "node:assert/strict";

import { type V1Pod } from "@kubernetes/client-node";

import { envoyVersion } from "../../../rehearsal/entrance/envoy.ts";
import { eventually } from "../bare-cluster.ts";
import { type Asked } from "./backend.ts";
import { entrance, host } from "./door-objects.ts";
import { type EntranceCluster } from "./entrance-cluster.ts";
import { sharedEntrance } from "./shared-entrance.ts";
import { type Visitor } from "./visitor.ts";

describe("the entrance's Envoy and Envoy Gateway, as processes of their pods", function () {
    // The first run on a machine builds Envoy Gateway.
    this.timeout("40m");

    let cluster: EntranceCluster;
    let visitor: Visitor;

    before(async () => {
        cluster = await sharedEntrance();
        visitor = await cluster.visitor("visitor");
        await eventually(async () => ((await visitor.ask()).status === 200 ? true : undefined));
    });

    it("lead a host name to its Service over TLS, with a certificate that cert-manager made", async () => {
        const { status, body } = await visitor.ask({ path: "/goods?kind=all" });
        assert.equal(status, 200);
        const asked = JSON.parse(body) as Asked;
        assert.deepEqual([asked.method, asked.url, asked.headers.host], ["GET", "/goods?kind=all", host]);
        assert.equal(asked.headers["x-forwarded-proto"], "https");
    });

    it("run Envoy of the release that Envoy Gateway asks for, from its pod's own command and files", () => {
        const [pod] = cluster.doors();
        const envoy = pod?.spec?.containers.find(({ name }) => name === "envoy");
        assert.ok(envoy?.image?.includes(`:distroless-v${envoyVersion}@sha256:`), envoy?.image);
        assert.deepEqual(envoy?.command, ["envoy"]);
        const statuses = pod?.status?.containerStatuses ?? [];
        assert.deepEqual(
            statuses.map(({ name, ready, imageID }) => [name, ready, imageID.startsWith("process://")]).sort(),
            [
                ["envoy", true, true],
                ["shutdown-manager", true, true],
            ],
        );
    });

    it("know no other host name, and no path outside of TLS", async () => {
        const { status } = await visitor.ask({ headers: { host: "other.example.com" } });
        assert.equal(status, 404);
        const { spec } = cluster.read<{ spec: { ports: { port: number }[] } }>("service", "-n", entrance, entrance);
        assert.deepEqual(
            spec.ports.map(({ port }) => port),
            [443],
        );
    });

    it("follow a route that changes, without a restart", async () => {
        const before = cluster.doors().map(({ metadata }) => metadata?.uid);
        const add = (value: string) =>
            cluster.kubectl([
                "patch",
                "httproute/shop",
                "-n",
                entrance,
                "--type=json",
                "-p",
                JSON.stringify([
                    {
                        op: "add",
                        path: "/spec/rules/0/filters",
                        value: [
                            {
                                type: "RequestHeaderModifier",
                                requestHeaderModifier: { set: [{ name: "x-aisle", value }] },
                            },
                        ],
                    },
                ]),
            ]);
        add("7");
        await eventually(async () => {
            const { body } = await visitor.ask();
            return (JSON.parse(body) as Asked).headers["x-aisle"] === "7" ? true : undefined;
        });
        assert.deepEqual(
            cluster.doors().map(({ metadata }) => metadata?.uid),
            before,
        );
    });

    it("let a request end that began before its pod was told to stop", async () => {
        const [old] = cluster.doors();
        const slow = visitor.ask({ path: "/slow" });
        await eventually(async () => {
            const { body } = await visitor.ask();
            return (JSON.parse(body) as Asked).slow > 0 ? true : undefined;
        });
        cluster.kubectl(["delete", "pod", "-n", entrance, old?.metadata?.name ?? "", "--wait=false"]);
        assert.equal((await slow).status, 200);
        await eventually(() => {
            const left = cluster.read<{ items: V1Pod[] }>("pods", "-n", entrance).items;
            return Promise.resolve(
                left.some(({ metadata }) => metadata?.uid === old?.metadata?.uid) ? undefined : true,
            );
        });
        await eventually(async () => ((await visitor.ask()).status === 200 ? true : undefined));
    });
});
