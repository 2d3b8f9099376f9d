import { Account } from "../examples/bootstrap/account.ts";
import { recorded } from "../support/recordings.ts";
import { type ScannedResource } from "./scanned-resource.ts";

interface ScannedStack {
    readonly name: string;
    /** Everything that the stack would make. */
    resources(): Promise<readonly ScannedResource[]>;
}

/** What scanners look at. A component that is in none of these stacks can accept nothing. */
export const scannedStacks: readonly ScannedStack[] = [
    {
        name: "dev",
        resources: async () => (await recorded("dev", { preview: false })).resources,
    },
    {
        name: "prod.example",
        resources: async () => (await recorded("prod.example", { preview: false })).resources,
    },
    {
        name: "examples/bootstrap",
        resources: async () => {
            const account = await Account.open();
            try {
                await account.up();
                return await account.resources();
            } finally {
                await account.close();
            }
        },
    },
];
