import { type Plain, UNKNOWN } from "../../engine/values/property.ts";
import { type Provider, type ProviderFactory } from "../../engine/plugins/provider.ts";
import { type Answers, usualAnswers } from "./answers.ts";
import { foreseen, madeUp } from "./made-up.ts";
import { kindOf, mustGoFirst, replacePaths } from "./replacement.ts";

/**
 * AWS without AWS: inputs come back as outputs, with made-up ids, ARNs and whatever else AWS decides and the platform
 * reads, and nothing is called. What a replacement is forced by is what AWS's provider forces one by. Given answers go
 * before the usual ones.
 */
export function recordedAws(answers: Answers = {}): ProviderFactory {
    return (settings) => {
        const all: Answers = { ...usualAnswers(), ...answers };
        const region = typeof settings.region === "string" ? settings.region : "us-east-1";
        const provider: Provider = {
            recorded: true,
            async check(_address, _oldInputs, inputs) {
                return { inputs, failures: [] };
            },
            async diff(request) {
                const paths = replacePaths(request);
                return {
                    changes: request.changes,
                    replacePaths: paths,
                    deleteBeforeReplace: paths.length > 0 && mustGoFirst(request),
                };
            },
            async create(address, inputs, { preview }) {
                return preview
                    ? { id: "", outputs: foreseen(address, inputs, region) }
                    : madeUp(address, inputs, region);
            },
            async update(address, id, _oldInputs, oldOutputs, newInputs, { preview }) {
                const { outputs } = madeUp(address, newInputs, region);
                const { name, arn } = oldOutputs;
                const version =
                    kindOf(address.type) === "ec2/launchTemplate" && next(oldOutputs.latestVersion, preview);
                return {
                    ...oldOutputs,
                    ...outputs,
                    ...(name !== undefined && newInputs.name === undefined && { name }),
                    ...(arn !== undefined && { arn }),
                    ...(version !== false && { latestVersion: version, defaultVersion: version }),
                    id,
                };
            },
            async delete({ name }, _id, inputs) {
                if (inputs.deletionProtection === true) {
                    throw new Error(
                        `AWS deletes nothing whose deletion protection is on: turn it off for ${name}, and deploy that first`,
                    );
                }
            },
            async read(address, id, inputs, recorded) {
                return { id, outputs: recorded ?? { ...madeUp(address, inputs, region).outputs, ...inputs, id } };
            },
            async invoke(token, args) {
                const answer = all[token];
                if (!answer) {
                    throw new Error(`${token} is not answered here: only ${Object.keys(all).join(", ")} are`);
                }
                return answer(args, region);
            },
            secretOutputs: (type) => (type.startsWith("aws:rds/") ? ["password", "masterPassword"] : []),
        };
        return provider;
    };
}

export const awsProvider: ProviderFactory = recordedAws();

/** Every change of a template makes another version of it. */
function next(version: Plain | undefined, preview: boolean): Plain {
    return preview ? UNKNOWN : Number(version ?? 0) + 1;
}
