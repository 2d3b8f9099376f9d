// Loaded into mocha before all tests: what they load, and what the many programs that they start load, is compiled once.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "../../node_modules/.cache/compiled");
enableCompileCache(process.env.NODE_COMPILE_CACHE);
