import assert from "node:assert/strict";

import aliasProto, { type Alias } from "@pulumi/pulumi/proto/alias_pb.js";

import {
    formerUrns,
    type Identity,
    nameOf,
    packageOf,
    STACK_TYPE,
    typeOf,
    urnOf,
} from "../../../rehearsal/engine/values/urn.ts";

describe("a URN", () => {
    const stack = { stack: "dev", project: "p" };
    const root = urnOf({ ...stack, parent: "", type: STACK_TYPE, name: "p-dev" });
    const room = urnOf({ ...stack, parent: root, type: "p:index:Room", name: "room" });
    const lamp: Identity = { ...stack, parent: room, type: "fake:index:Lamp", name: "room-lamp" };

    const alias = (change: (spec: InstanceType<typeof aliasProto.Alias.Spec>) => void): Alias => {
        const spec = new aliasProto.Alias.Spec();
        change(spec);
        return new aliasProto.Alias().setSpec(spec);
    };

    it("holds the types of all parents but the stack", () => {
        assert.equal(urnOf(lamp), "urn:pulumi:dev::p::p:index:Room$fake:index:Lamp::room-lamp");
        assert.equal(typeOf(urnOf(lamp)), "fake:index:Lamp");
        assert.equal(nameOf(urnOf({ ...lamp, name: "a::b" })), "a::b");
    });

    it("follows aliases of name, type and parent, each given or kept", () => {
        const former = formerUrns(
            lamp,
            [
                alias((spec) => spec.setName("lantern")),
                alias((spec) => spec.setType("fake:index:Torch")),
                alias((spec) => spec.setNoparent(true)),
                alias((spec) => spec.setProject("old")),
                new aliasProto.Alias().setUrn("urn:of:old"),
            ],
            undefined,
        );
        assert.deepEqual(former, [
            "urn:pulumi:dev::p::p:index:Room$fake:index:Lamp::lantern",
            "urn:pulumi:dev::p::p:index:Room$fake:index:Torch::room-lamp",
            "urn:pulumi:dev::p::fake:index:Lamp::room-lamp",
            "urn:pulumi:dev::old::p:index:Room$fake:index:Lamp::room-lamp",
            "urn:of:old",
        ]);
    });

    it("follows the parent's former URN, in the part of the name that comes from it too", () => {
        const hall = urnOf({ ...stack, parent: root, type: "p:index:Hall", name: "hall" });
        assert.deepEqual(formerUrns(lamp, [], hall), ["urn:pulumi:dev::p::p:index:Hall$fake:index:Lamp::hall-lamp"]);
    });

    it("tells the package, of a provider resource the one that it provides", () => {
        assert.equal(packageOf("kubernetes:core/v1:Namespace"), "kubernetes");
        assert.equal(packageOf("pulumi:providers:aws"), "aws");
        assert.equal(packageOf("pulumi:pulumi:StackReference"), "pulumi");
    });
});
