import * as pulumi from "@pulumi/pulumi";

import { deployCatalog } from "./deploy.ts";

const config = new pulumi.Config("catalog");

export default deployCatalog({
    platformStack: config.require("platformStack"),
    team: config.require("team"),
});
