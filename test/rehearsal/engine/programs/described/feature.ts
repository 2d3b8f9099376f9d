import * as pulumi from "@pulumi/pulumi";

class Remote extends pulumi.ComponentResource {
    constructor(name: string) {
        super("fake:index:Remote", name, {}, {}, true);
    }
}

class Thing extends pulumi.CustomResource {}

/** Uses something that Pulumi has and the rehearsal does not. */
export function use(feature: string): unknown {
    switch (feature) {
        case "transforms":
            return new Thing("fake:index:Thing", "a", {}, { transforms: [() => undefined] });
        case "hooks":
            return new Thing("fake:index:Thing", "a", {}, { hooks: { afterCreate: [() => undefined] } });
        case "call":
            return pulumi.runtime.call("fake:index:Thing/method", {}).apply(String);
        case "remote":
            return new Remote("far");
        case "package":
            return new Thing("fake:index:Thing", "foreign", {}, {}, false, Promise.resolve("some-package"));
        case "asset":
            return new Thing("fake:index:Thing", "filed", { tags: { file: new pulumi.asset.StringAsset("text") } });
        case "exists":
            return pulumi.runtime.existsResource("fake:index:Thing", "a").apply(String);
        default:
            throw new Error(`there is no feature "${feature}"`);
    }
}
