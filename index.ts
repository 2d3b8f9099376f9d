import "./stacks/foundation/node-runtime.ts";

const { readConfig } = await import("./stacks/config.ts");
const { deployPlatform } = await import("./stacks/platform.ts");

export default await deployPlatform(readConfig());
