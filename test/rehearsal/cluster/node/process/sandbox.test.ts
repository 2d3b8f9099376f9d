import assert from "node:assert/strict";

import { identityFiles, sandboxArguments } from "../../../../../rehearsal/cluster/node/process/sandbox.ts";

const sandbox = {
    hostname: "web-0",
    user: 50000,
    group: 0,
    workingFolder: "/opt/app",
    folders: ["/opt/app"],
    mounts: [
        { source: "/place/image", target: "/opt", readOnly: true },
        { source: "/place/data", target: "/opt/app/data", readOnly: false },
    ],
    readOnlyRoot: false,
    hidden: ["MARK"],
    command: ["run", "--fast"],
    statusDescriptor: 3,
};

/** The arguments in groups, each with the option that begins it. */
function options(args: readonly string[]): string[] {
    return args.join(" ").split(/ (?=--[a-z])/);
}

describe("the sandbox of a container", () => {
    it("is for the user that the pod asks for", () => {
        const args = options(sandboxArguments(sandbox));
        assert.ok(args.includes("--uid 50000") && args.includes("--gid 0"));
    });

    it("mounts in the order given, so that a volume lies over the image", () => {
        const args = options(sandboxArguments(sandbox));
        const image = args.indexOf("--ro-bind /place/image /opt");
        const data = args.indexOf("--bind /place/data /opt/app/data");
        assert.ok(image > 0 && data > image);
    });

    it("shows no home and no root folder of the machine", () => {
        const sources = options(sandboxArguments(sandbox))
            .filter((option) => /^--(ro-|dev-)?bind/.test(option))
            .map((option) => option.split(" ")[1] ?? "");
        assert.deepEqual(
            sources.filter((path) => /^\/(home|root|var|tmp|etc)?$/.test(path)),
            [],
        );
    });

    it("makes its own files read only when the pod asks for it, and only then", () => {
        assert.ok(!sandboxArguments(sandbox).includes("--remount-ro"));
        const last = options(sandboxArguments({ ...sandbox, readOnlyRoot: true }));
        assert.ok(last.indexOf("--remount-ro /") > last.indexOf("--bind /place/data /opt/app/data"));
    });

    it("resolves short names of the pod's own namespace first", () => {
        const pod = { hostname: "web-0", podIP: "10.244.0.5", namespace: "team", nameServer: "10.96.0.10" };
        const files = identityFiles({ ...pod, user: 1, group: 1, home: "/" });
        assert.match(files["/etc/resolv.conf"] ?? "", /^search team\.svc\.cluster\.local svc\.cluster\.local /m);
        assert.match(files["/etc/hosts"] ?? "", /^10\.244\.0\.5\tweb-0$/m);
    });
});
