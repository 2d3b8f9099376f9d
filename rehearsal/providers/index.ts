import { type ProviderFactory } from "../engine/plugins/provider.ts";
import { awsProvider } from "./aws/provider.ts";
import { kubernetesProvider } from "./kubernetes/provider.ts";
import { randomProvider } from "./random.ts";
import { stackReferences } from "./stack-reference.ts";
import { tlsProvider } from "./tls/provider.ts";

/** Every package that the rehearsal's engine knows, by its name in a type token. */
export const providerFactories: Record<string, ProviderFactory> = {
    aws: awsProvider,
    kubernetes: kubernetesProvider,
    pulumi: (_inputs, host) => stackReferences(host),
    random: randomProvider,
    tls: tlsProvider,
};
