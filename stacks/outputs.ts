import type * as pulumi from "@pulumi/pulumi";

import { type PlatformValues, type TeamValues } from "../components/platform/contract.ts";

/** A value of the contract as the program has it: each part is there at once, or once a resource is made. */
type Given<Value> =
    | pulumi.Output<Value>
    | (NonNullable<Value> extends object ? { readonly [Key in keyof Value]: Given<Value[Key]> } : Value);

/** What the stack gives to other stacks: all that `components/platform/contract.ts` promises, and nothing besides. */
export type PlatformOutputs = { readonly [Key in keyof PlatformValues]: Given<PlatformValues[Key]> };

/** As whom tasks run. */
export type TeamOutputs = { readonly [Key in keyof TeamValues]: Given<TeamValues[Key]> };
