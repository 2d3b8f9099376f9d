import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Imported before everything else of the program, since it is for what is loaded and made after it.

// Compiled once, and not at every start: what a package manager installed, and this program without its types. It lies
// beside the packages, so whoever can write it can change them too. Where it cannot be written nothing is lost but time.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compiled"));

// Pulumi's runtime has every stack trace rewritten by source maps, and keeps one for every call that it makes. This
// program needs none: Node.js takes the types out in place, so that lines and columns are those of the sources.
Reflect.deleteProperty(Error, "prepareStackTrace");
