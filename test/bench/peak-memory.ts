// Loaded into a program with `--import`: leaves the process's peak memory in the file that PEAK_MEMORY names.
import { writeFileSync } from "node:fs";

const file = process.env.PEAK_MEMORY;
if (file !== undefined) {
    process.on("exit", () => {
        writeFileSync(file, String(process.resourceUsage().maxRSS * 1024));
    });
}
