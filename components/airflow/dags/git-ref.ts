/**
 * Why a text is no branch, tag or commit that Airflow can follow, with the way out. The rules are those of git's own
 * check-ref-format, and two more. Undefined where it is one.
 */
export function gitRefProblem(ref: string): string | undefined {
    if (ref.startsWith("-")) {
        return "git would take it for an option. Name a branch, a tag or a commit.";
    }
    if (/[{}]/.test(ref)) {
        return "braces have a meaning to Helm. Name another branch, or the commit.";
    }
    if (/["'`$<>|;&]/.test(ref)) {
        return "it has a character that a shell or Kubernetes would take for something else. Name another branch, or the commit.";
    }
    const invalid =
        /[\x00-\x20\x7f~^:?*[\\]/.test(ref) ||
        ref === "@" ||
        ref.includes("..") ||
        ref.endsWith(".") ||
        ref.split("/").some((part) => part === "" || part.startsWith(".") || part.endsWith(".lock"));
    return invalid
        ? "git has no such names: no spaces, none of ~ ^ : ? * [ and backslash, no .. and //, and no part that begins with a dot or ends with .lock. Correct it."
        : undefined;
}
