import { type Provider, type ProviderHost } from "../engine/plugins/provider.ts";

const type = "pulumi:pulumi:StackReference";

/** The `pulumi` package: another stack's outputs, from the same state folder. */
export function stackReferences(host: ProviderHost): Provider {
    const only = (what: string): never => {
        throw new Error(`${what} is not supported here: of the package pulumi only StackReference is`);
    };
    return {
        recorded: false,
        async check({ type: asked }, _oldInputs, inputs) {
            return { inputs, failures: asked === type ? [] : only(asked) };
        },
        async diff({ changes }) {
            return { changes, replacePaths: changes.map(({ path }) => path), deleteBeforeReplace: false };
        },
        create: async ({ type: asked }) => only(`creating ${asked}`),
        update: async ({ type: asked }) => only(`updating ${asked}`),
        async delete() {
            // Nothing was made.
        },
        async read({ type: asked }, id, inputs) {
            if (asked !== type) {
                return only(asked);
            }
            const name = String(inputs.name ?? id);
            const { project, stack } = parts(name);
            const found = await host.stackOutputs(stack);
            // One folder holds the state of one stack of a name, of whatever project.
            if (found?.project !== project) {
                throw new Error(
                    `stack ${name} has no state here: bring up ${stack} of ${project} first, or correct the name`,
                );
            }
            return { id, outputs: { name, outputs: found.outputs, secretOutputNames: [...found.secretNames] } };
        },
        invoke: async (token) => only(token),
        secretOutputs: () => [],
    };
}

/** A backend that is no service of Pulumi's has one organization, of that name. A bare stack is refused: of which project? */
function parts(name: string): { readonly project: string; readonly stack: string } {
    const [, project, stack] = /^organization\/([^/]+)\/([^/]+)$/.exec(name) ?? [];
    if (project === undefined || stack === undefined) {
        throw new Error(`stack ${JSON.stringify(name)} is named in full as organization/<project>/<stack>`);
    }
    return { project, stack };
}
