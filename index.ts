import { readConfig } from "./stacks/config.ts";
import { deployPlatform } from "./stacks/platform.ts";

export default await deployPlatform(readConfig());
