import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

import ts from "typescript";

/** Where a text names files or folders, in quotes. */
const quoted = /["'`]([^"'`\n$\\]+)["'`]/g;

/** How the engine is told to run the project's own program, which `package.json` names. */
const runsProgram = "projectFolder: checkout";
const program = "index.ts";

/** What no test reads unless it names it. */
const forPeople = /\.(md|png)$|^\.github\/|^LICENSE$/;

/** In the place of files: that all of them may have changed. */
const wholeProject = "*";

/**
 * Which files of a project each of its files needs: those that it imports, and those that it names, such as a program that
 * it starts. What is no TypeScript is taken for a part of the folder that it is in, or of the next one above with any; where
 * there is none, and nobody names it, it is everybody's, as what lies in the root is.
 */
export class Reach {
    readonly #root: string;
    readonly #files: ReadonlySet<string>;
    readonly #folders = new Map<string, string[]>();
    readonly #needs = new Map<string, Set<string>>();

    /** `files` by their paths from the root, with `/`. */
    constructor(root: string, files: Iterable<string>) {
        this.#root = root;
        this.#files = new Set(files);
        for (const file of this.#files) {
            for (let folder = posix.dirname(file); folder !== "."; folder = posix.dirname(folder)) {
                this.#folders.set(folder, [...(this.#folders.get(folder) ?? []), file]);
            }
        }
    }

    /** Those of the tests that a change of these files can reach. All, where one of them is the whole project's. */
    tests(tests: readonly string[], changed: readonly string[]): string[] {
        const touched = new Set(changed.flatMap((file) => this.#touched(file)));
        if (touched.has(wholeProject)) {
            return [...tests];
        }
        return tests.filter((test) => [...this.#everything(test)].some((file) => touched.has(file)));
    }

    /** What changes with a file: itself, and for what is no source of ours, the sources that it belongs to. */
    #touched(file: string): string[] {
        if (file.endsWith(".ts")) {
            return [file];
        }
        let folder = posix.dirname(file);
        while (folder !== "." && this.#sourcesIn(folder).length === 0) {
            folder = posix.dirname(folder);
        }
        if (folder !== ".") {
            return [file, ...this.#sourcesIn(folder)];
        }
        const named = file.includes("/") && [...this.#files].some((source) => this.#neededBy(source).has(file));
        return named || forPeople.test(file) ? [file] : [file, wholeProject];
    }

    /** One word is a name of many things; that it is a folder of ours is said by a path. */
    #at(place: string, written: string): readonly string[] {
        if (this.#files.has(place)) {
            return [place];
        }
        return /[^./]\/[^.]/.test(written) ? (this.#folders.get(place.replace(/\/$/, "")) ?? []) : [];
    }

    #sourcesIn(folder: string): string[] {
        return (this.#folders.get(folder) ?? []).filter(
            (file) => posix.dirname(file) === folder && file.endsWith(".ts"),
        );
    }

    #everything(file: string): Set<string> {
        const all = new Set([file]);
        for (const each of all) {
            for (const needed of this.#neededBy(each)) {
                all.add(needed);
            }
        }
        return all;
    }

    #neededBy(file: string): Set<string> {
        const known = this.#needs.get(file);
        if (known !== undefined) {
            return known;
        }
        const needs = new Set<string>();
        this.#needs.set(file, needs);
        if (file.endsWith(".ts")) {
            const text = readFileSync(join(this.#root, file), "utf8");
            const imported = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
            const named = [...text.matchAll(quoted)].map(([, name]) => name as string);
            if (text.includes(runsProgram)) {
                needs.add(program);
            }
            for (const path of [...imported, ...named]) {
                for (const place of [posix.join(posix.dirname(file), path), posix.normalize(path)]) {
                    this.#at(place, path).forEach((each) => needs.add(each));
                }
            }
        }
        return needs;
    }
}
