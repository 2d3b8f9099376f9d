// Who may do what, from the config alone: `npm run access -- --stack prod`.
import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { stackConfig } from "../stack/stack-config.ts";
import { access, type Access } from "./access.ts";
import { accessPage } from "./access-page.ts";
import { accessText } from "./access-text.ts";
import { type AccessFormat, parseAccessOptions, usage } from "./options.ts";

const printed: Readonly<Record<AccessFormat, (found: Access) => string>> = {
    text: accessText,
    json: (found) => `${JSON.stringify(found, undefined, 2)}\n`,
    html: accessPage,
};

try {
    const options = parseAccessOptions(process.argv.slice(2));
    if (options === "help") {
        process.stdout.write(usage);
    } else {
        const { stack, configFile, format } = options;
        process.stdout.write(printed[format](access(stack, stackConfig(stack, configFile))));
    }
} catch (error) {
    const { message, stack } = error as Error;
    process.stderr.write(`error: ${withoutSecrets(process.env.DEBUG === undefined ? message : String(stack))}\n`);
    process.exitCode = 1;
}
